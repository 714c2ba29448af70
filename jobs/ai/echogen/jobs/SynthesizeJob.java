package ai.echogen.jobs;

import ai.echogen.config.Check;
import ai.echogen.data.Manifest;
import ai.echogen.data.Provenance;
import ai.echogen.data.ShardStore;
import ai.echogen.data.scenes.SceneRows;
import ai.echogen.data.scenes.SceneSource;
import ai.echogen.data.scenes.ShapeScenes;
import ai.echogen.observe.Progress;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Makes scenes with exact layouts, as sample shards. */
public final class SynthesizeJob implements Job<SynthesizeJob.Settings> {
  private static final int MEASURED = 16; // scenes, to guess the size of all

  /** What scenes are made of. */
  public enum Source {
    SHAPES
  }

  /**
   * The section {@code synthesize} of reference.conf.
   *
   * @param out shard directory to write
   * @param count scenes to train on
   * @param testCount scenes of each held-out split
   * @param size side of the images, pixels
   */
  public record Settings(
      Source source,
      String out,
      long count,
      long testCount,
      int size,
      long seed,
      double attributesShare) {
    public Settings {
      new Check()
          .that("count", count >= 1 && count <= SceneRows.MAX_SCENES, "must be > 0, got " + count)
          .that(
              "testCount",
              testCount >= 0 && testCount <= SceneRows.MAX_SCENES,
              "must be >= 0, got " + testCount)
          .that("size", size >= 32 && size <= 1024, "must be 32 to 1024, got " + size)
          .that(
              "attributesShare",
              attributesShare >= 0 && attributesShare <= 1,
              "must be in [0, 1], got " + attributesShare)
          .orThrow();
    }

    private SceneRows rows(SceneSource scenes) {
      return new SceneRows(scenes, count, testCount);
    }
  }

  public static void main(String[] args) {
    JobRunner.main(new SynthesizeJob(), args);
  }

  @Override
  public String name() {
    return "synthesize";
  }

  @Override
  public String summary() {
    return "Makes scenes with exact layouts, as sample shards.";
  }

  @Override
  public Class<Settings> settingsType() {
    return Settings.class;
  }

  @Override
  public List<String> plan(Settings settings) {
    ShardStore.requireFree(settings.out());
    var rows = settings.rows(shapes(settings));
    List<String> lines = new ArrayList<>();
    rows.counts()
        .forEach((split, count) -> lines.add("%,d scenes of %s".formatted(count, split.word())));
    lines.add(
        String.format(
            Locale.ROOT,
            "writes sample shards of about %,.1f MB to %s",
            rows.total() * bytes(rows) / 1e6,
            settings.out()));
    return lines;
  }

  @Override
  public void run(Settings settings, JobContext context) throws IOException {
    var spark = context.spark();
    var rows = settings.rows(shapes(settings));
    var made = spark.sparkContext().longAccumulator("scenes made");
    var every = Duration.ofSeconds(5);
    Manifest manifest;
    try (var progress =
        new TaskProgress(
            new Progress(context.console(), "synthesize: scenes", rows.total(), every), made)) {
      manifest =
          ShardStore.write(
              rows.rows(spark, made),
              settings.out(),
              new Provenance(name(), context.settingsJson(), List.of()));
    }
    SamplePictures.write(spark, settings.out(), "train");
    ShardReport.print(manifest, settings.out(), context.console());
  }

  private static ShapeScenes shapes(Settings settings) {
    return new ShapeScenes(settings.seed(), settings.size(), settings.attributesShare());
  }

  /** Bytes of a picture, the mean of the first few. */
  private static double bytes(SceneRows rows) {
    var split = rows.source().splits().get(0);
    var bytes = 0L;
    for (var index = 0; index < MEASURED; index++) {
      bytes += rows.source().sample(split, index).image().length;
    }
    return (double) bytes / MEASURED;
  }
}
