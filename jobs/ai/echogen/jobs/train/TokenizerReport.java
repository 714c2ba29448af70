package ai.echogen.jobs.train;

import ai.echogen.data.RowSpread;
import ai.echogen.data.Sample;
import ai.echogen.data.shards.ImageShards;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.data.synth.ShapeFamily;
import ai.echogen.image.Pixels;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.model.vq.VqModel;
import ai.echogen.observe.ImageGrid;
import ai.echogen.observe.ScoresFile;
import ai.echogen.scoring.judges.ShapeDetector;
import ai.echogen.scoring.metrics.LayoutObedience;
import ai.echogen.scoring.metrics.Psnr;
import ai.echogen.storage.Location;
import java.awt.image.BufferedImage;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.sql.Row;

/**
 * What a VQ tokenizer keeps of images that it was not trained on: PSNR, how much of the codebook is
 * used, and for shape scenes the detector's AP50 on what the codes decode to, the ceiling of every
 * drawing.
 */
public final class TokenizerReport {
  private static final int PICTURED = 8;
  private static final int BATCH = 64;

  private final VqModel model;
  private final Optional<ShapeDetector> detector;
  private final LayoutObedience ceiling = new LayoutObedience();
  private final Set<Long> shown; // places of the images that are pictured
  private final BitSet used = new BitSet();
  private final List<BufferedImage> originals = new ArrayList<>();
  private final List<BufferedImage> pictured = new ArrayList<>();
  private double error;
  private int samples;

  private TokenizerReport(VqModel model, Optional<ShapeFamily> family, Set<Long> shown) {
    this.model = model;
    this.shown = shown;
    this.detector = family.map(ShapeDetector::new);
  }

  /** Measures on the split test and writes {@code scores.json} and {@code samples.png}. */
  public static void write(
      TrainTokenizerSettings settings, JobContext context, Path out, VqModel model) {
    var spark = context.spark();
    if (!ShardStore.manifest(settings.data()).rows().containsKey("test")) {
      context.console().println("no split test: the tokenizer is not measured");
      return;
    }
    var rows =
        ShardStore.split(settings.data(), "test", "id", "image", "caption", "regions")
            .head(settings.evaluate())
            .read();
    var family = ShapeFamily.ofLayouts(rows.stream().map(Sample::layout).toList());
    var report =
        new TokenizerReport(model, family, Set.copyOf(RowSpread.of(rows.size(), PICTURED)));
    for (int from = 0; from < rows.size(); from += BATCH) {
      report.add(rows.subList(from, Math.min(rows.size(), from + BATCH)), settings.data());
    }
    var scores = report.scores();
    ScoresFile.write(out.resolve("scores.json"), scores);
    report.grid().write(out.resolve("samples.png"));
    print(scores, context.console());
  }

  private void add(List<Row> rows, Location data) {
    int side = model.config().imageSize();
    var images = rows.stream().map(row -> ImageShards.rgb(row, data.toString(), side)).toList();
    var codes = model.encodeBytes(images);
    var decoded = model.decode(codes);
    for (int i = 0; i < rows.size(); i++) {
      for (int code : codes.get(i)) {
        used.set(code);
      }
      var original = Pixels.images(images.get(i), side).get(0);
      error += Psnr.meanSquare(original, decoded.get(i));
      if (detector.isPresent()) {
        ceiling.add(Sample.layout(rows.get(i)), detector.get().detect(decoded.get(i)));
      }
      if (shown.contains((long) samples)) {
        originals.add(original);
        pictured.add(decoded.get(i));
      }
      samples++;
    }
  }

  private Map<String, Double> scores() {
    var scores = new TreeMap<String, Double>();
    scores.put("tokenizer.psnr", Psnr.ofMeanSquare(error / samples, 255));
    scores.put("tokenizer.codes_used", (double) used.cardinality());
    scores.put("tokenizer.codes", (double) model.config().numEmbeddings());
    scores.put("samples", (double) samples);
    if (detector.isPresent()) {
      ceiling.scores().forEach((key, value) -> scores.put("ceiling." + key, value));
    }
    return scores;
  }

  private ImageGrid grid() {
    var grid =
        new ImageGrid(PICTURED, 2).heading("held-out images; below, what their codes decode to");
    originals.forEach(image -> grid.add(image, ""));
    pictured.forEach(image -> grid.add(image, ""));
    return grid;
  }

  private static void print(Map<String, Double> scores, PrintStream console) {
    console.printf(
        Locale.ROOT,
        "on %,.0f held-out images: PSNR %.2f dB, %,.0f of %,.0f codes used%s%n",
        scores.get("samples"),
        scores.get("tokenizer.psnr"),
        scores.get("tokenizer.codes_used"),
        scores.get("tokenizer.codes"),
        scores.containsKey("ceiling.ap50")
            ? String.format(
                Locale.ROOT, ", AP50 of the decoded images %.3f", scores.get("ceiling.ap50"))
            : "");
  }
}
