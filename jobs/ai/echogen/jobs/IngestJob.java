package ai.echogen.jobs;

import ai.echogen.config.Check;
import ai.echogen.data.Sample;
import ai.echogen.data.ingest.Annotations;
import ai.echogen.data.ingest.IngestRules;
import ai.echogen.data.ingest.SourceRows;
import ai.echogen.data.ingest.formats.Format;
import ai.echogen.data.ingest.formats.Sources;
import ai.echogen.data.shards.Dropped;
import ai.echogen.data.shards.Duplicates;
import ai.echogen.data.shards.Manifest;
import ai.echogen.data.shards.Provenance;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.image.Fit;
import ai.echogen.jobs.cli.Job;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.jobs.cli.SamplePictures;
import ai.echogen.jobs.cli.ShardReport;
import ai.echogen.jobs.cli.StopSignals;
import ai.echogen.jobs.cli.TaskProgress;
import ai.echogen.observe.Progress;
import ai.echogen.storage.Location;
import ai.echogen.storage.StagedDirectory;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Turns a public data set into sample shards, and names everything that it could not use. */
public final class IngestJob extends Job<IngestJob.Settings> {
  private static final String TRAIN = "train";

  /**
   * The section {@code ingest} of reference.conf.
   *
   * @param annotations file or folder of annotations
   * @param instances COCO's annotation file with boxes
   * @param captions COCO's annotation file with captions
   * @param categories file with the names of the classes
   * @param images folder of the images, unless the annotations hold them
   * @param base sample shards whose rows are taken over
   * @param out shard directory to write
   */
  public record Settings(
      Format format,
      Optional<Location> annotations,
      Optional<Location> instances,
      Optional<Location> captions,
      Optional<Location> categories,
      Optional<Location> images,
      Optional<Location> base,
      Location out,
      Optional<String> source,
      Optional<String> split,
      double testShare,
      IngestRules.Outside outside,
      IngestRules.EmptyImages emptyImages,
      Duplicates duplicates,
      Optional<Integer> size,
      Fit fit) {
    public Settings {
      var check = new Check();
      format.require(new Sources(annotations, instances, captions, categories, images), check);
      check.orThrow();
      var unused = rules(format, source, split, testShare, outside, emptyImages, size, fit);
    }

    Sources sources() {
      return new Sources(annotations, instances, captions, categories, images);
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
          source.orElse(format.word()),
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
        "Turns images and annotations of many public formats into sample shards.",
        Settings.class);
  }

  public static void main(String[] args) {
    JobRunner.main(new IngestJob(), args);
  }

  @Override
  public List<String> plan(Settings settings) {
    StagedDirectory.requireFree(settings.out());
    settings.images().ifPresent(images -> images.requireDirectory("images"));
    settings.base().ifPresent(IngestJob::requireSamples);
    return List.of(
        "reads  " + settings.format().look(settings.sources()).summary(),
        "writes sample shards to " + settings.out());
  }

  @Override
  public void run(Settings settings, JobContext context) throws IOException {
    var folder = Location.of(settings.out().uri() + ".annotations");
    var made =
        JobRunner.version()
            + context.settingsJson()
            + settings.sources().fingerprint()
            + fingerprint(settings);
    try (var staged = StagedDirectory.resumable(settings.out(), made);
        var work = new StagedDirectory(folder)) {
      StopSignals.keeps("what is finished is kept; the same command goes on");
      if (staged.isResumed()) {
        context.console().println("ingest: goes on with what an earlier run has finished");
      }
      run(settings, context, settings.format().read(settings.sources(), work.place()), staged);
    } finally {
      StopSignals.keeps(null);
    }
  }

  private void run(
      Settings settings, JobContext context, Annotations annotations, StagedDirectory staged)
      throws IOException {
    var console = context.console();
    console.println("ingest: " + annotations.summary());
    var reader = new SourceRows(annotations, settings.images().orElse(null), settings.rules());
    var spark = context.spark();
    var read = spark.sparkContext().longAccumulator("images read");
    var every = Duration.ofSeconds(5);
    Manifest manifest;
    try (var progress =
        new TaskProgress(
            new Progress(
                console, "ingest: images", annotations.numImages().orElse(Progress.UNKNOWN), every),
            read)) {
      var rows = reader.rows(spark, read);
      for (var base : settings.base().stream().toList()) {
        rows = rows.union(SourceRows.withoutFindings(ShardStore.read(spark, base)));
      }
      manifest =
          ShardStore.resume(
              rows,
              staged,
              new Provenance(name(), context.settingsJson(), dropped(settings)),
              settings.duplicates());
    }
    SamplePictures.write(spark, settings.out(), pictured(manifest));
    ShardReport.print(manifest, settings.out(), console);
  }

  /** The split of which samples are shown. */
  private static String pictured(Manifest manifest) {
    var splits = manifest.rows().keySet();
    return splits.contains(TRAIN) ? TRAIN : splits.iterator().next();
  }

  private static void requireSamples(Location base) {
    var columns = List.of(ShardStore.manifest(base).schema().fieldNames());
    if (!columns.equals(List.of(Sample.SCHEMA.fieldNames()))) {
      throw new IllegalArgumentException(
          "%s: base must be sample shards, its rows have %s"
              .formatted(base, String.join(", ", columns)));
    }
  }

  /** What was left out when the base was made is missing from the whole. */
  private static List<Dropped> dropped(Settings settings) {
    return settings.base().map(base -> ShardStore.manifest(base).dropped()).orElse(List.of());
  }

  private static String fingerprint(Settings settings) {
    return settings
        .base()
        .map(ShardStore::manifest)
        .map(
            base ->
                base.rows().keySet().stream().map(base::fingerprint).collect(Collectors.joining()))
        .orElse("");
  }
}
