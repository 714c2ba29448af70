package ai.echogen.jobs;

import ai.echogen.config.Check;
import ai.echogen.data.RowSpread;
import ai.echogen.data.Sample;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.data.synth.ShapeFamily;
import ai.echogen.inference.ModelPool;
import ai.echogen.jobs.cli.Job;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.jobs.cli.RunDirectory;
import ai.echogen.jobs.cli.RunFiles;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import ai.echogen.model.RunMode;
import ai.echogen.model.decoder.AttentionForm;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.model.decoder.Precision;
import ai.echogen.model.directory.JanusConfig;
import ai.echogen.observe.DrawingsPicture;
import ai.echogen.observe.ImageGrid;
import ai.echogen.observe.ScoresFile;
import ai.echogen.observe.Table;
import ai.echogen.scoring.benchmarks.SceneScorer;
import ai.echogen.scoring.benchmarks.SceneScorer.Scene;
import ai.echogen.scoring.benchmarks.SceneScorer.Scored;
import ai.echogen.scoring.benchmarks.SceneScores;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Scores a model on held-out token shards. */
public final class ScoreJob extends Job<ScoreJob.Settings> {
  /**
   * @param model model directory
   * @param data token shards
   * @param splits held-out splits; the numbers of all but {@code test} carry the split's name
   * @param count most samples of a split
   * @param drawings of a layout
   * @param form attention form to run the model in; the one it was finished in if absent
   * @param precision what the model computes in
   * @param wrongLayouts also measure what a wrong layout in the text does to grounding
   */
  public record Settings(
      Location model,
      Location data,
      Location out,
      List<String> splits,
      int count,
      int batch,
      int drawings,
      long seed,
      Optional<AttentionForm> form,
      Precision precision,
      boolean wrongLayouts,
      double temperature,
      int topK,
      double topP,
      double guidance) {
    public Settings {
      splits = List.copyOf(splits);
      new Check()
          .that("splits", !splits.isEmpty(), "must name at least one split")
          .that("splits", !splits.contains("train"), "must be held out, got " + splits)
          .that("count", count > 0, "must be > 0, got " + count)
          .that("batch", batch > 0, "must be > 0, got " + batch)
          .that("drawings", drawings > 0, "must be > 0, got " + drawings)
          .orThrow();
    }

    Decoder.Sampling sampling() {
      return new Decoder.Sampling(temperature, topK, topP, guidance);
    }
  }

  /** Where the drawings of {@code samples.png} lie, each in a file of its own. */
  static final String DRAWINGS = "drawings";

  /** The file of a drawing, by its place in the first split. */
  static String drawing(int place) {
    return String.format(Locale.ROOT, "%02d.png", place);
  }

  /** Numbers under flat names, and some samples to look at. */
  record Outcome(Map<String, Double> scores, List<Scored> pictured) {}

  public ScoreJob() {
    super(
        "score",
        "Scores a model on held-out token shards: grounding, layout obedience, ceiling.",
        Settings.class);
  }

  public static void main(String[] args) {
    JobRunner.main(new ScoreJob(), args);
  }

  @Override
  public List<String> plan(Settings settings) throws Exception {
    var rows = ShardStore.manifest(settings.data()).rows();
    for (var split : settings.splits()) {
      if (!rows.containsKey(split)) {
        throw new IllegalArgumentException(
            "%s has no split %s; it has %s".formatted(settings.data(), split, rows.keySet()));
      }
    }
    var config = settings.model().onDisk(List.of(JanusConfig.FILE), JanusConfig::read);
    var lines = new ArrayList<String>();
    rows.forEach(
        (split, number) -> {
          if (settings.splits().contains(split)) {
            lines.add(
                String.format(
                    Locale.ROOT,
                    "%s: %,d of %,d samples, %d codes each",
                    split,
                    Math.min(settings.count(), number),
                    number,
                    config.codes().perImage()));
          }
        });
    return lines;
  }

  @Override
  public Optional<RunDirectory> directory(Settings settings) {
    return Optional.of(new RunDirectory(settings.out(), RunDirectory.Use.FRESH));
  }

  @Override
  public void run(Settings settings, JobContext context) throws Exception {
    check(settings, context.console());
    try (var files = new RunFiles(directory(settings).orElseThrow(), context)) {
      var outcome = score(settings, context.spark());
      grid(outcome.pictured()).write(files.local().resolve("samples.png"));
      var drawings = Files.createDirectories(files.local().resolve(DRAWINGS));
      for (int i = 0; i < outcome.pictured().size(); i++) {
        Files.write(drawings.resolve(drawing(i)), outcome.pictured().get(i).drawing());
      }
      var found = fingerprints(settings);
      var provenance = context.provenance();
      found.forEach(provenance::put);
      ScoresFile.write(files.local().resolve("scores.json"), outcome.scores(), provenance);
      files.publish(found);
      context.console().println(table(outcome.scores()).console());
    }
  }

  /** Of what is scored, and on what. */
  private static Map<String, String> fingerprints(Settings settings) throws IOException {
    var found = new TreeMap<String, String>();
    var manifest = ShardStore.manifest(settings.data());
    for (var split : settings.splits()) {
      found.put("data_fingerprint." + split, manifest.fingerprint(split));
    }
    found.put("model_fingerprint", ModelFingerprint.of(settings.model()));
    return found;
  }

  /** Refuses codes of another VQ tokenizer, and says what else the model cannot take as it is. */
  private static void check(Settings settings, PrintStream console) throws IOException {
    var texts = ModelTexts.of(settings.model());
    var own = VqPrint.of(settings.model());
    int side = ModelPool.config(settings.model()).vq().imageSize();
    for (var split : settings.splits()) {
      var rows =
          ShardStore.split(settings.data(), split, "caption", "regions", "tokenizer")
              .head(settings.count())
              .read();
      for (var row : rows) {
        var codesBy = row.<String>getAs("tokenizer");
        if (!codesBy.equals(own)) {
          throw new IllegalArgumentException(
              "the split %s of data=%s holds codes of the VQ tokenizer %s, that of model=%s is %s: give the data that it was trained on, or tokenize again with tokenizer=%s"
                  .formatted(
                      split, settings.data(), codesBy, settings.model(), own, settings.model()));
        }
      }
      var name = "the split " + split + " of " + settings.data();
      texts.check(rows.stream().map(Sample::layout).toList(), name, console);
      ImageSides.say(settings.data(), split, side, console);
    }
  }

  /** Scores every split; the map phase runs on the executors, the sums here. */
  static Outcome score(Settings settings, SparkSession spark) {
    var scores = new TreeMap<String, Double>();
    List<Scored> pictured = List.of();
    for (var split : settings.splits()) {
      var samples = scored(settings, spark, split);
      var values =
          SceneScores.of(
              samples,
              ShapeFamily.ofLayouts(samples.stream().map(Scored::layout).toList()).isPresent());
      var prefix = split.equals("test") ? "" : split + ".";
      values.forEach((key, value) -> scores.put(prefix + key, value));
      if (pictured.isEmpty()) {
        pictured = RowSpread.of(samples, DrawingsPicture.PICTURED);
      }
    }
    return new Outcome(scores, pictured);
  }

  /** The picture of a run: layout, and drawing with the boxes that were read back. */
  static ImageGrid grid(List<Scored> samples) {
    return DrawingsPicture.of(samples.stream().map(ScoreJob::shown).toList());
  }

  private static DrawingsPicture.Shown shown(Scored sample) {
    return new DrawingsPicture.Shown(
        sample.layout(),
        sample.drawing(),
        sample.readBack().stream().map(Optional::ofNullable).toList());
  }

  static Table table(Map<String, Double> scores) {
    var table = new Table("score", "value");
    scores.forEach(table::row);
    return table;
  }

  private static List<Scored> scored(Settings settings, SparkSession spark, String split) {
    var context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    context.setJobDescription("score " + split);
    var rows =
        ShardStore.split(settings.data(), split, "id", "image", "caption", "regions", "codes")
            .head(settings.count())
            .read();
    var scorer =
        new SceneScorer(
            settings.model(),
            RunMode.of(settings.form(), settings.precision()),
            ShapeFamily.ofLayouts(rows.stream().map(Sample::layout).toList()).orElse(null),
            settings.seed(),
            settings.batch(),
            settings.drawings(),
            settings.sampling());
    var scenes = settings.wrongLayouts() ? withWrongLayouts(rows) : bare(rows);
    int parts =
        Math.max(1, (rows.size() + settings.batch() - 1) / settings.batch()); // a batch each
    try {
      return context.parallelize(scenes, parts).mapPartitions(scorer).collect();
    } finally {
      context.setJobDescription(null);
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
