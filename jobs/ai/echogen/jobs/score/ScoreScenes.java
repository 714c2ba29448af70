package ai.echogen.jobs.score;

import ai.echogen.data.RowSpread;
import ai.echogen.data.Sample;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.data.synth.ShapeFamily;
import ai.echogen.inference.ModelPool;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.RunDirectory;
import ai.echogen.jobs.cli.RunFiles;
import ai.echogen.jobs.model.ImageSides;
import ai.echogen.jobs.model.ModelFingerprint;
import ai.echogen.jobs.model.ModelTexts;
import ai.echogen.jobs.model.VqPrint;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import ai.echogen.model.directory.JanusConfig;
import ai.echogen.observe.DrawingsPicture;
import ai.echogen.scoring.benchmarks.Judged;
import ai.echogen.scoring.benchmarks.SceneNumbers;
import ai.echogen.scoring.benchmarks.SceneScorer;
import ai.echogen.scoring.benchmarks.SceneScorer.Scene;
import ai.echogen.scoring.benchmarks.SceneWork;
import ai.echogen.scoring.judges.ShapeDetector;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;

/** {@code benchmark=scenes}: a model on held-out token shards. */
public final class ScoreScenes {
  /** Where the drawings of {@code samples.png} lie, each in a file of its own. */
  public static final String DRAWINGS = "drawings";

  private final ScoreSettings settings;
  private final JobContext context;
  private final Location model;
  private final Location data;

  public ScoreScenes(ScoreSettings settings, JobContext context) {
    this.settings = settings;
    this.context = context;
    this.model = settings.model().orElseThrow();
    this.data = settings.data().orElseThrow();
  }

  public static List<String> plan(ScoreSettings settings) throws IOException {
    var data = settings.data().orElseThrow();
    var rows = ShardStore.manifest(data).rows();
    for (var split : settings.splits()) {
      if (!rows.containsKey(split)) {
        throw new IllegalArgumentException(
            "%s has no split %s; it has %s".formatted(data, split, rows.keySet()));
      }
    }
    var config =
        settings.model().orElseThrow().onDisk(List.of(JanusConfig.FILE), JanusConfig::read);
    var lines = new ArrayList<String>();
    rows.forEach(
        (split, number) -> {
          if (settings.splits().contains(split)) {
            lines.add(
                String.format(
                    Locale.ROOT,
                    "%s: %,d of %,d samples, %d codes each%s",
                    split,
                    Math.min(settings.count(), number),
                    number,
                    config.codes().perImage(),
                    split.equals("train") ? ", on which it was trained" : ""));
          }
        });
    return lines;
  }

  public void run() throws Exception {
    check();
    var directory = new RunDirectory(settings.out(), RunDirectory.Use.FRESH);
    try (var files = new RunFiles(directory, context)) {
      var found = fingerprints();
      var output = new ScoreOutput(settings, new TreeMap<>());
      output.rule("system", "model");
      output.rule("drawn", settings.sampling() + ", seed " + settings.seed());
      output.rule("found", "IoU > t");
      List<Judged> pictured = List.of();
      for (var split : settings.splits()) {
        var judged = score(split, output, found);
        if (pictured.isEmpty()) {
          pictured = RowSpread.of(judged, DrawingsPicture.PICTURED);
        }
      }
      picture(files, pictured);
      output.write(files, found, context);
    }
  }

  private List<Judged> score(String split, ScoreOutput output, Map<String, String> found)
      throws IOException {
    var spark = JavaSparkContext.fromSparkContext(context.spark().sparkContext());
    var rows =
        ShardStore.split(data, split, "id", "image", "caption", "regions", "codes")
            .head(settings.count())
            .read();
    var layouts = rows.stream().map(Sample::layout).toList();
    var family = ShapeFamily.ofLayouts(layouts);
    family.ifPresent(
        known ->
            new ShapeDetector(known)
                .describe()
                .forEach((key, value) -> output.rule("judge." + key, value)));
    var works = works(rows, split, family);
    var judged = output.judge(split, works, rows.size(), found, context);
    var baselines =
        ScoreBaselines.of(spark, data, layouts, settings.baselineSamples()).orElse(null);
    var scores =
        SceneNumbers.of(
            judged, family.isPresent(), baselines, settings.bootstrap(), settings.seed());
    output.add(split, scores, judged);
    return judged;
  }

  /** A task for about a batch of rows each, which depends on the rows alone. */
  private List<SceneWork> works(List<Row> rows, String split, Optional<ShapeFamily> family)
      throws IOException {
    var scorer =
        new SceneScorer(
            model,
            settings.mode(),
            family.orElse(null),
            settings.seed(),
            settings.batch(),
            settings.drawings(),
            settings.sampling());
    int side = ModelPool.config(model).vq().imageSize();
    var scenes = settings.wrongLayouts() ? withWrongLayouts(rows) : bare(rows);
    var shown = split.equals(settings.splits().get(0)) ? shown(rows) : Map.<String, String>of();
    int parts = Math.max(1, (rows.size() + settings.batch() - 1) / settings.batch());
    var works = new ArrayList<SceneWork>();
    for (int i = 0; i < parts; i++) {
      int from = (int) ((long) i * scenes.size() / parts);
      int to = (int) ((i + 1L) * scenes.size() / parts);
      works.add(
          new SceneWork(
              scorer,
              scenes.subList(from, to),
              split,
              side,
              settings.out(),
              shown,
              settings.pictures()));
    }
    return works;
  }

  /** The file of a drawing, by its place in the first split. */
  public static String drawing(int place) {
    return String.format(Locale.ROOT, "%02d.png", place);
  }

  /** The files of the drawings that {@code samples.png} shows, by id. */
  private static Map<String, String> shown(List<Row> rows) {
    var names = new HashMap<String, String>();
    for (var row : RowSpread.of(rows, DrawingsPicture.PICTURED)) {
      String id = row.getAs("id");
      names.put(id, DRAWINGS + "/" + drawing(names.size()));
    }
    return names;
  }

  /** The picture of a run: layout, and drawing with the boxes that were read back. */
  private void picture(RunFiles files, List<Judged> pictured) throws IOException {
    var shown = new ArrayList<DrawingsPicture.Shown>();
    for (int i = 0; i < pictured.size(); i++) {
      var one = pictured.get(i);
      var drawing = settings.out().child(DRAWINGS).child(drawing(i)).read();
      var boxes = SceneWork.readBack(one).stream().map(Optional::ofNullable).toList();
      shown.add(new DrawingsPicture.Shown(one.sample().wanted(), drawing, boxes));
    }
    DrawingsPicture.of(shown).write(Files.createDirectories(files.local()).resolve("samples.png"));
  }

  /** Of what is scored, and on what. */
  private Map<String, String> fingerprints() throws IOException {
    var found = new TreeMap<String, String>();
    var manifest = ShardStore.manifest(data);
    for (var split : settings.splits()) {
      found.put("data_fingerprint." + split, manifest.fingerprint(split));
    }
    found.put("model_fingerprint", ModelFingerprint.of(model));
    return found;
  }

  /** Refuses codes of another VQ tokenizer, and says what else the model cannot take as it is. */
  private void check() throws IOException {
    var texts = ModelTexts.of(model);
    var own = VqPrint.of(model);
    int side = ModelPool.config(model).vq().imageSize();
    for (var split : settings.splits()) {
      var rows =
          ShardStore.split(data, split, "caption", "regions", "tokenizer")
              .head(settings.count())
              .read();
      for (var row : rows) {
        var codesBy = row.<String>getAs("tokenizer");
        if (!codesBy.equals(own)) {
          throw new IllegalArgumentException(
              "the split %s of data=%s holds codes of the VQ tokenizer %s, that of model=%s is %s: give the data that it was trained on, or tokenize again with tokenizer=%s"
                  .formatted(split, data, codesBy, model, own, model));
        }
      }
      var name = "the split " + split + " of " + data;
      texts.check(rows.stream().map(Sample::layout).toList(), name, context.console());
      ImageSides.say(data, split, side, context.console());
    }
  }

  private static List<Scene> bare(List<Row> rows) {
    return rows.stream().map(row -> new Scene(row, null)).toList();
  }

  /** Each row with its own layout under the boxes of the next row that has as many regions. */
  private static List<Scene> withWrongLayouts(List<Row> rows) {
    var layouts = rows.stream().map(Sample::layout).toList();
    var scenes = new ArrayList<Scene>();
    for (int i = 0; i < rows.size(); i++) {
      Layout wrong = null;
      for (int step = 1; step < rows.size() && wrong == null; step++) {
        var other = layouts.get((i + step) % rows.size());
        if (other.regions().size() == layouts.get(i).regions().size()) {
          wrong = withBoxesOf(layouts.get(i), other);
        }
      }
      scenes.add(new Scene(rows.get(i), wrong));
    }
    return scenes;
  }

  private static Layout withBoxesOf(Layout layout, Layout other) {
    var regions = new ArrayList<Region>();
    for (int i = 0; i < layout.regions().size(); i++) {
      var region = layout.regions().get(i);
      regions.add(new Region(region.phrase(), region.category(), other.regions().get(i).box()));
    }
    return new Layout(layout.caption(), regions);
  }
}
