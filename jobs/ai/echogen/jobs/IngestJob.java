package ai.echogen.jobs;

import ai.echogen.config.Check;
import ai.echogen.data.ingest.IngestRules;
import ai.echogen.data.ingest.formats.Format;
import ai.echogen.data.ingest.formats.Sources;
import ai.echogen.data.shards.Duplicates;
import ai.echogen.data.shards.Manifest;
import ai.echogen.data.shards.Provenance;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.image.Fit;
import ai.echogen.jobs.cli.Job;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.jobs.cli.ResumableShards;
import ai.echogen.jobs.cli.SamplePictures;
import ai.echogen.jobs.cli.ShardReport;
import ai.echogen.jobs.cli.TaskProgress;
import ai.echogen.observe.Progress;
import ai.echogen.storage.Location;
import ai.echogen.storage.StagedDirectory;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns a public data set into sample shards, and names everything that it could not use. */
public final class IngestJob extends Job<IngestJob.Settings> {
  private static final String TRAIN = "train";
  private static final Duration EVERY = Duration.ofSeconds(5);

  /**
   * What one split has of its own; what is not given is the job's.
   *
   * @param annotations file or folder of annotations
   * @param instances COCO's annotation file with boxes
   * @param captions COCO's annotation file with captions
   * @param images folder of the images
   * @param list file with a name of an image a line: the split has these of the files' images
   */
  public record SplitFiles(
      Optional<Location> annotations,
      Optional<Location> instances,
      Optional<Location> captions,
      Optional<Location> images,
      Optional<Location> list) {
    boolean isGiven() {
      return list.isPresent() || !sources().given().isEmpty();
    }

    Sources sources() {
      return new Sources(annotations, instances, captions, Optional.empty(), images);
    }
  }

  /**
   * The section {@code ingest} of reference.conf.
   *
   * @param annotations file or folder of annotations
   * @param instances COCO's annotation file with boxes
   * @param captions COCO's annotation file with captions
   * @param categories file with the names of the classes
   * @param images folder of the images, unless the annotations hold them
   * @param train files that only this split has
   * @param val the same
   * @param test the same
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
      SplitFiles train,
      SplitFiles val,
      SplitFiles test,
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
      var shared = new Sources(annotations, instances, captions, categories, images);
      IngestPart.require(format, shared, given(train, val, test), split, check);
      check.orThrow();
      var unused =
          new IngestRules(
              source.orElse(format.word()),
              split.orElse(null),
              false,
              testShare,
              outside,
              emptyImages,
              size.orElse(null),
              fit);
    }

    private static Map<String, SplitFiles> given(
        SplitFiles train, SplitFiles val, SplitFiles test) {
      var splits = new LinkedHashMap<>(Map.of(TRAIN, train));
      splits.put("val", val);
      splits.put("test", test);
      splits.values().removeIf(files -> !files.isGiven());
      return splits;
    }

    List<IngestPart> parts() {
      var shared = new Sources(annotations, instances, captions, categories, images);
      return IngestPart.of(shared, given(train, val, test), split);
    }

    IngestRules rules(IngestPart part) {
      return new IngestRules(
          source.orElse(format.word()),
          part.split().orElse(null),
          part.hasSplits(),
          testShare,
          outside,
          emptyImages,
          size.orElse(null),
          fit);
    }
  }

  private @Nullable IngestInput planned; // so that a run need not look again

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
  public List<String> plan(Settings settings) throws IOException {
    StagedDirectory.requireFree(settings.out());
    var input = IngestInput.look(settings);
    planned = input;
    var lines = new ArrayList<String>();
    input.summary().forEach(line -> lines.add("reads  " + line));
    lines.add("writes sample shards to " + settings.out());
    return lines;
  }

  @Override
  public void run(Settings settings, JobContext context) throws IOException {
    var input = input(settings);
    input.summary().forEach(line -> context.console().println("ingest: " + line));
    var folder = Location.of(settings.out().uri() + ".annotations");
    var manifest =
        ResumableShards.write(
            name(),
            settings.out(),
            input.fingerprint(),
            context,
            staged -> {
              try (var work = new StagedDirectory(folder)) {
                return write(settings, context, input, work.place(), staged);
              }
            });
    SamplePictures.write(context.spark(), settings.out(), pictured(manifest));
    ShardReport.print(manifest, settings.out(), context.console());
  }

  /** What the plan has looked through, or what there is now. */
  private IngestInput input(Settings settings) throws IOException {
    var input = planned;
    planned = null;
    return input != null && input.isOf(settings) ? input : IngestInput.look(settings);
  }

  private Manifest write(
      Settings settings,
      JobContext context,
      IngestInput input,
      Location work,
      StagedDirectory staged)
      throws IOException {
    var spark = context.spark();
    var read = spark.sparkContext().longAccumulator("images read");
    var progress = new Progress(context.console(), "ingest: images", input.numImages(), EVERY);
    try (var unused = new TaskProgress(progress, read)) {
      return ShardStore.resume(
          input.rows(spark, work, read),
          staged,
          new Provenance(name(), context.settingsJson(), input.dropped()),
          settings.duplicates());
    }
  }

  /** The split of which samples are shown. */
  private static String pictured(Manifest manifest) {
    var splits = manifest.rows().keySet();
    return splits.contains(TRAIN) ? TRAIN : splits.iterator().next();
  }
}
