package ai.echogen.scoring.benchmarks;

import ai.echogen.data.Sample;
import ai.echogen.data.shards.TokenShards;
import ai.echogen.data.synth.ShapeFamily;
import ai.echogen.image.Fit;
import ai.echogen.image.Png;
import ai.echogen.inference.Batches;
import ai.echogen.inference.Drawer;
import ai.echogen.inference.Grounder;
import ai.echogen.inference.ModelPool;
import ai.echogen.inference.SampleNoise;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.model.JanusModel;
import ai.echogen.model.RunMode;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.scoring.judges.ShapeDetector;
import ai.echogen.scoring.metrics.Detection;
import ai.echogen.scoring.metrics.LayoutObedience;
import ai.echogen.scoring.metrics.PixelFeatures;
import ai.echogen.scoring.metrics.Psnr;
import ai.echogen.storage.Location;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * What a model makes of held-out token shards, as a Spark map over their rows: boxes read from the
 * true codes, a drawing of the layout, boxes read back from it, and what the detector sees in the
 * drawing, in the true codes' decoding and in the original.
 *
 * @param model model directory
 * @param mode how it is run
 * @param family what the detector looks for; null where there is no detector for such images
 * @param drawings of each layout; of more than one, two are picked as {@link Picked} says
 */
public record SceneScorer(
    Location model,
    RunMode mode,
    @Nullable ShapeFamily family,
    long seed,
    int batch,
    int drawings,
    Decoder.Sampling sampling)
    implements FlatMapFunction<Iterator<SceneScorer.Scene>, SceneScorer.Scored> {

  /**
   * A held-out sample to be scored.
   *
   * @param row of token shards
   * @param wrongLayout a layout to put into the text before the image, where that is asked
   */
  public record Scene(Row row, @Nullable Layout wrongLayout) implements Serializable {}

  /**
   * What the detector sees in two of a layout's drawings.
   *
   * @param byReading in the one whose boxes, as the model reads them, agree best with the layout
   * @param byDetector in the one that the detector itself finds best: an upper bound
   */
  public record Picked(List<Detection> byReading, List<Detection> byDetector)
      implements Serializable {}

  /**
   * One held-out sample; a box is null where none could be read.
   *
   * @param drawing PNG of the first drawing, to which the next numbers belong; empty where it is
   *     kept elsewhere
   * @param picked of several drawings; null where there is one
   * @param squaredError of the true codes' decoding against the original, mean over the channels
   * @param ofDrawing fixed features of the drawing, {@link PixelFeatures}
   * @param ofDecoding those of the true codes' decoding
   * @param ofOriginal those of the original
   * @param wrongLayout the layout that stood in the text, and the boxes that were read all the same
   */
  public record Scored(
      String id,
      Layout layout,
      List<@Nullable Box> read,
      byte[] drawing,
      List<@Nullable Box> readBack,
      List<Detection> inDrawing,
      @Nullable Picked picked,
      List<Detection> inDecoding,
      List<Detection> inOriginal,
      double squaredError,
      double[] ofDrawing,
      double[] ofDecoding,
      double[] ofOriginal,
      @Nullable Layout wrongLayout,
      List<@Nullable Box> underWrongLayout)
      implements Serializable {}

  @Override
  public Iterator<Scored> call(Iterator<Scene> scenes) throws IOException {
    var loaded = ModelPool.lease(model, mode).untilTaskEnds();
    return new Batches<>(scenes, batch, group -> score(loaded, group));
  }

  private List<Scored> score(JanusModel loaded, List<Scene> scenes) {
    var rows = scenes.stream().map(Scene::row).toList();
    var layouts = rows.stream().map(Sample::layout).toList();
    var sizes = loaded.config().codes();
    var codes =
        rows.stream()
            .map(row -> TokenShards.codes(row, sizes.perImage(), sizes.codebook()))
            .toList();
    var files = rows.stream().map(SceneScorer::image).toList();
    int side = loaded.config().vq().imageSize();
    var originals = files.stream().map(file -> Fit.SQUASH.image(file, side)).toList();
    var weights = loaded.weights().flat();
    var grounder = Grounder.of(loaded);
    var read =
        loaded.decoder().vision().isPresent()
            ? grounder.groundImages(weights, files, layouts)
            : grounder.ground(weights, codes, layouts);
    var first = draw(loaded, rows, layouts, 0);
    var picked = picked(loaded, rows, layouts, first);
    var decodings = loaded.vq().decode(codes);
    var underWrong = underWrong(loaded, scenes, layouts, codes, read);
    var scored = new ArrayList<Scored>();
    for (int i = 0; i < rows.size(); i++) {
      var wrong = scenes.get(i).wrongLayout();
      scored.add(
          new Scored(
              rows.get(i).getAs("id"),
              layouts.get(i),
              nullable(read.get(i)),
              Png.encode(first.get(i).image()),
              nullable(first.get(i).readBack()),
              first.get(i).seen(),
              picked.get(i),
              detect(decodings.get(i)),
              detect(originals.get(i)),
              Psnr.meanSquare(originals.get(i), decodings.get(i)),
              PixelFeatures.of(first.get(i).image()),
              PixelFeatures.of(decodings.get(i)),
              PixelFeatures.of(originals.get(i)),
              wrong,
              wrong == null ? List.of() : nullable(underWrong.get(i))));
    }
    return scored;
  }

  private record Drawn(BufferedImage image, List<Optional<Box>> readBack, List<Detection> seen) {}

  /**
   * A drawing of each layout.
   *
   * @param number tells the drawings of a layout apart, from 0
   */
  private List<Drawn> draw(JanusModel loaded, List<Row> rows, List<Layout> layouts, int number) {
    var noise = new SampleNoise(seed);
    var uniforms = new double[rows.size()][];
    for (int i = 0; i < uniforms.length; i++) {
      String id = rows.get(i).getAs("id");
      uniforms[i] = noise.uniforms(id, number, loaded.config().codes().perImage());
    }
    var weights = loaded.weights().flat();
    var codes = Drawer.of(loaded).draw(weights, layouts, uniforms, sampling);
    var readBack = Grounder.of(loaded).ground(weights, codes, layouts);
    var images = loaded.vq().decode(codes);
    var drawn = new ArrayList<Drawn>();
    for (int i = 0; i < images.size(); i++) {
      drawn.add(new Drawn(images.get(i), readBack.get(i), detect(images.get(i))));
    }
    return drawn;
  }

  /** The best of each layout's drawings, or null where there is one only. */
  private List<@Nullable Picked> picked(
      JanusModel loaded, List<Row> rows, List<Layout> layouts, List<Drawn> first) {
    if (drawings == 1) {
      return Collections.nCopies(rows.size(), null);
    }
    var byReading = new ArrayList<>(first);
    var byDetector = new ArrayList<>(first);
    for (int number = 1; number < drawings; number++) {
      var next = draw(loaded, rows, layouts, number);
      for (int i = 0; i < next.size(); i++) {
        var layout = layouts.get(i);
        if (agreement(layout, next.get(i)) > agreement(layout, byReading.get(i))) {
          byReading.set(i, next.get(i));
        }
        if (obedience(layout, next.get(i)) > obedience(layout, byDetector.get(i))) {
          byDetector.set(i, next.get(i));
        }
      }
    }
    var picked = new ArrayList<@Nullable Picked>();
    for (int i = 0; i < first.size(); i++) {
      picked.add(new Picked(byReading.get(i).seen(), byDetector.get(i).seen()));
    }
    return picked;
  }

  /** Sum of the IoUs of the boxes that were read with those that were asked for. */
  private static double agreement(Layout layout, Drawn drawn) {
    double sum = 0;
    for (int k = 0; k < layout.regions().size(); k++) {
      var asked = layout.regions().get(k).box();
      sum += drawn.readBack().get(k).map(asked::iou).orElse(0.0);
    }
    return sum;
  }

  private static double obedience(Layout layout, Drawn drawn) {
    return Arrays.stream(LayoutObedience.overlaps(layout, drawn.seen())).sum();
  }

  /**
   * Boxes read with the wrong layout in the text. Where the tasks have contexts of their own, no
   * drawing text stands before a question, and the boxes are those of the bare image.
   */
  private static List<List<Optional<Box>>> underWrong(
      JanusModel loaded,
      List<Scene> scenes,
      List<Layout> layouts,
      List<int[]> codes,
      List<List<Optional<Box>>> bare) {
    boolean asked = scenes.stream().anyMatch(scene -> scene.wrongLayout() != null);
    if (!asked || loaded.decoder().form().isPlainCausal()) {
      return bare;
    }
    var texts = new ArrayList<int[]>();
    for (int i = 0; i < layouts.size(); i++) {
      var wrong = scenes.get(i).wrongLayout();
      texts.add(loaded.grammar().layoutText(wrong == null ? layouts.get(i) : wrong));
    }
    return Grounder.of(loaded).ground(loaded.weights().flat(), texts, codes, layouts);
  }

  private List<Detection> detect(BufferedImage image) {
    return family == null ? List.of() : new ShapeDetector(family).detect(image);
  }

  private static BufferedImage image(Row row) {
    Row image = row.getStruct(row.fieldIndex("image"));
    return Png.decode(image.getAs("bytes"));
  }

  private static List<@Nullable Box> nullable(List<Optional<Box>> boxes) {
    var list = new ArrayList<@Nullable Box>();
    boxes.forEach(box -> list.add(box.orElse(null)));
    return list;
  }
}
