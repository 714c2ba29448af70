package ai.echogen.jobs;

import ai.echogen.config.Check;
import ai.echogen.data.ingest.CocoWriter;
import ai.echogen.data.shards.Manifest;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.jobs.cli.Job;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.jobs.cli.TaskProgress;
import ai.echogen.observe.Progress;
import ai.echogen.storage.Location;
import ai.echogen.storage.StagedDirectory;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Turns sample shards into a folder of images and annotations that other software reads. */
public final class ExportJob extends Job<ExportJob.Settings> {
  /** The public formats that can be written. */
  public enum Format {
    COCO
  }

  /**
   * The section {@code export} of reference.conf.
   *
   * @param data sample shards
   * @param out folder to write
   * @param count most samples to write
   */
  public record Settings(
      Format format, Location data, String split, Location out, Optional<Long> count) {
    public Settings {
      new Check()
          .that("count", count.orElse(1L) >= 1, "must be > 0, got " + count.orElse(null))
          .orThrow();
    }

    private long count(Manifest manifest) {
      var rows = manifest.files(split).stream().mapToLong(file -> file.rows()).sum();
      return Math.min(rows, count.orElse(Long.MAX_VALUE));
    }
  }

  public ExportJob() {
    super(
        "export",
        "Turns sample shards into a folder of images and annotations (COCO).",
        Settings.class);
  }

  public static void main(String[] args) {
    JobRunner.main(new ExportJob(), args);
  }

  @Override
  public List<String> plan(Settings settings) {
    var manifest = ShardStore.manifest(settings.data());
    if (manifest.files(settings.split()).isEmpty()) {
      throw new IllegalArgumentException(
          "%s: no split %s; it has %s"
              .formatted(settings.data(), settings.split(), manifest.rows().keySet()));
    }
    StagedDirectory.requireFree(settings.out());
    return List.of(
        String.format(
            Locale.ROOT,
            "writes %,d samples of %s to %s: images/, instances.json, captions.json",
            settings.count(manifest),
            settings.split(),
            settings.out()));
  }

  @Override
  public void run(Settings settings, JobContext context) {
    var spark = context.spark();
    var count = settings.count(ShardStore.manifest(settings.data()));
    var rows = ShardStore.read(spark, settings.data(), settings.split());
    var done = spark.sparkContext().longAccumulator("images written");
    var every = Duration.ofSeconds(5);
    try (var progress =
        new TaskProgress(new Progress(context.console(), "export: images", count, every), done)) {
      CocoWriter.write(rows, count, settings.out(), done);
    }
    context.console().printf(Locale.ROOT, "wrote %d samples to %s%n", count, settings.out());
  }
}
