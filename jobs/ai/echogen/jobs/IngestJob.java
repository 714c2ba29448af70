package ai.echogen.jobs;

import ai.echogen.config.Check;
import ai.echogen.data.ingest.Annotations;
import ai.echogen.data.ingest.CocoAnnotations;
import ai.echogen.data.ingest.IngestRules;
import ai.echogen.data.ingest.SourceRows;
import ai.echogen.data.ingest.VocAnnotations;
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
import java.util.Locale;
import java.util.Optional;

/** Turns a public data set into sample shards, and names everything that it could not use. */
public final class IngestJob extends Job<IngestJob.Settings> {
  /** The public formats that can be read. */
  public enum Format {
    /** One JSON file for all images. */
    COCO,
    /** Pascal VOC: an XML file an image. */
    VOC
  }

  /**
   * The section {@code ingest} of reference.conf.
   *
   * @param instances COCO's annotation file with boxes
   * @param captions COCO's annotation file with captions
   * @param annotations folder of Pascal VOC's annotation files
   * @param images folder of the images
   * @param out shard directory to write
   */
  public record Settings(
      Format format,
      Optional<Location> instances,
      Optional<Location> captions,
      Optional<Location> annotations,
      Location images,
      Location out,
      Optional<String> source,
      Optional<String> split,
      double testShare,
      IngestRules.Outside outside,
      IngestRules.EmptyImages emptyImages,
      Optional<Integer> size,
      Fit fit) {
    public Settings {
      boolean isCoco = format == Format.COCO;
      new Check()
          .that(
              "instances",
              instances.isPresent() == isCoco,
              isCoco ? "must be given for format=coco" : "is for format=coco")
          .that("captions", captions.isEmpty() || isCoco, "is for format=coco")
          .that(
              "annotations",
              annotations.isPresent() != isCoco,
              isCoco ? "is for format=voc" : "must be given for format=voc")
          .orThrow();
      var unused = rules(format, source, split, testShare, outside, emptyImages, size, fit);
    }

    IngestRules rules() {
      return rules(format, source, split, testShare, outside, emptyImages, size, fit);
    }

    private static IngestRules rules(
        Format format,
        Optional<String> source,
        Optional<String> split,
        double testShare,
        IngestRules.Outside outside,
        IngestRules.EmptyImages emptyImages,
        Optional<Integer> size,
        Fit fit) {
      return new IngestRules(
          source.orElse(format.name().toLowerCase(Locale.ROOT)),
          split.orElse(null),
          testShare,
          outside,
          emptyImages,
          size.orElse(null),
          fit);
    }
  }

  public IngestJob() {
    super(
        "ingest",
        "Turns images and annotations (COCO, Pascal VOC) into sample shards.",
        Settings.class);
  }

  public static void main(String[] args) {
    JobRunner.main(new IngestJob(), args);
  }

  @Override
  public List<String> plan(Settings settings) {
    StagedDirectory.requireFree(settings.out());
    settings.images().requireDirectory("images");
    return List.of(
        "reads  " + seen(settings).summary(), "writes sample shards to " + settings.out());
  }

  @Override
  public void run(Settings settings, JobContext context) throws IOException {
    if (settings.format() == Format.VOC) {
      run(settings, context, seen(settings));
      return;
    }
    var folder = Location.of(settings.out().uri() + ".annotations");
    try (var work = new StagedDirectory(folder)) {
      var annotations =
          CocoAnnotations.cut(
              settings.instances().orElseThrow(), settings.captions(), work.place());
      run(settings, context, annotations);
    }
  }

  /** What there is, looked at but not kept. */
  private static Annotations seen(Settings settings) {
    return switch (settings.format()) {
      case COCO -> CocoAnnotations.read(settings.instances().orElseThrow(), settings.captions());
      case VOC -> VocAnnotations.in(settings.annotations().orElseThrow());
    };
  }

  private void run(Settings settings, JobContext context, Annotations annotations) {
    var console = context.console();
    console.println("ingest: " + annotations.summary());
    var reader = new SourceRows(annotations, settings.images(), settings.rules());
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
