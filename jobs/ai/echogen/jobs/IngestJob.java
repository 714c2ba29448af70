package ai.echogen.jobs;

import ai.echogen.data.ingest.CocoAnnotations;
import ai.echogen.data.ingest.CocoReader;
import ai.echogen.data.ingest.CocoRules;
import ai.echogen.data.shards.Manifest;
import ai.echogen.data.shards.Provenance;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.image.Fit;
import ai.echogen.jobs.cli.Job;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.jobs.cli.ShardReport;
import ai.echogen.jobs.cli.TaskProgress;
import ai.echogen.observe.Progress;
import ai.echogen.storage.Location;
import ai.echogen.storage.StagedDirectory;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Turns a public data set into sample shards, and names everything that it could not use. */
public final class IngestJob extends Job<IngestJob.Settings> {
  /** The public formats that can be read. */
  public enum Format {
    COCO
  }

  /**
   * The section {@code ingest} of reference.conf.
   *
   * @param instances annotation file with boxes
   * @param captions annotation file with captions
   * @param images folder of the images
   * @param out shard directory to write
   */
  public record Settings(
      Format format,
      Location instances,
      Optional<Location> captions,
      Location images,
      Location out,
      String source,
      Optional<String> split,
      double testShare,
      CocoRules.Outside outside,
      CocoRules.EmptyImages emptyImages,
      Optional<Integer> size,
      Fit fit) {
    public Settings {
      var unused = rules(source, split, testShare, outside, emptyImages, size, fit); // checks
    }

    CocoRules rules() {
      return rules(source, split, testShare, outside, emptyImages, size, fit);
    }

    private static CocoRules rules(
        String source,
        Optional<String> split,
        double testShare,
        CocoRules.Outside outside,
        CocoRules.EmptyImages emptyImages,
        Optional<Integer> size,
        Fit fit) {
      return new CocoRules(
          source, split.orElse(null), testShare, outside, emptyImages, size.orElse(null), fit);
    }
  }

  public IngestJob() {
    super("ingest", "Turns images and annotations (COCO) into sample shards.", Settings.class);
  }

  public static void main(String[] args) {
    JobRunner.main(new IngestJob(), args);
  }

  @Override
  public List<String> plan(Settings settings) {
    StagedDirectory.requireFree(settings.out());
    settings.images().requireDirectory("images");
    return List.of(
        "reads  " + CocoAnnotations.read(settings.instances(), settings.captions()).summary(),
        "writes sample shards to " + settings.out());
  }

  @Override
  public void run(Settings settings, JobContext context) throws IOException {
    var folder = Location.of(settings.out().uri() + ".annotations");
    try (var work = new StagedDirectory(folder)) {
      var annotations =
          CocoAnnotations.cut(settings.instances(), settings.captions(), work.place());
      run(settings, context, annotations);
    }
  }

  private void run(Settings settings, JobContext context, CocoAnnotations annotations) {
    var console = context.console();
    console.println("ingest: " + annotations.summary());
    var reader = new CocoReader(annotations, settings.images(), settings.rules());
    var spark = context.spark();
    var read = spark.sparkContext().longAccumulator("images read");
    var every = Duration.ofSeconds(5);
    Manifest manifest;
    try (var progress =
        new TaskProgress(
            new Progress(console, "ingest: images", reader.numImages(), every), read)) {
      manifest =
          ShardStore.write(
              reader.rows(spark, read),
              settings.out(),
              new Provenance(name(), context.settingsJson(), List.of()));
    }
    ShardReport.print(manifest, settings.out(), console);
  }
}
