package ai.echogen.jobs;

import ai.echogen.config.Check;
import ai.echogen.data.augment.AugmentRows;
import ai.echogen.data.augment.Augmentation;
import ai.echogen.data.augment.BackgroundFolder;
import ai.echogen.data.augment.Crop;
import ai.echogen.data.augment.Paste;
import ai.echogen.data.augment.Recolor;
import ai.echogen.data.augment.Rotate;
import ai.echogen.data.shards.Duplicates;
import ai.echogen.data.shards.Manifest;
import ai.echogen.data.shards.Provenance;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.image.Fit;
import ai.echogen.jobs.cli.Build;
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

/** Makes many different pictures of few: sample shards with changed copies of the samples. */
public final class AugmentJob extends Job<AugmentJob.Settings> {
  static final String NAME = "augment";
  static final Duration EVERY = Duration.ofSeconds(5);

  /**
   * The section {@code augment} of reference.conf.
   *
   * @param data sample shards
   * @param out shard directory to write
   * @param split whose pictures get changed copies
   * @param copies of each of them
   * @param size side of all pictures, pixels
   * @param flip share of the copies that are mirrored
   * @param backgrounds folder of photographs to paste on
   * @param backgroundShare share of the copies that are objects on one of them
   * @param balance whether objects are pasted evenly by phrase
   */
  public record Settings(
      Location data,
      Location out,
      String split,
      int copies,
      int size,
      Fit fit,
      long seed,
      Crop crop,
      double flip,
      Rotate rotate,
      Recolor color,
      Paste paste,
      Optional<Location> backgrounds,
      double backgroundShare,
      boolean balance) {
    public Settings {
      new Check()
          .that(
              "backgrounds",
              backgrounds.isEmpty() || backgroundShare > 0,
              "are not used with backgroundShare=0")
          .orThrow();
      var unused =
          new Augmentation(
              split,
              copies,
              size,
              fit,
              seed,
              crop,
              flip,
              rotate,
              color,
              paste,
              backgroundShare,
              balance);
    }

    Augmentation augmentation() {
      return new Augmentation(
          split,
          copies,
          size,
          fit,
          seed,
          crop,
          flip,
          rotate,
          color,
          paste,
          backgroundShare,
          balance);
    }

    Optional<BackgroundFolder> backgroundFolder() {
      return backgrounds.map(BackgroundFolder::list);
    }

    /** Whether any copy gets objects of other pictures. */
    boolean pastes() {
      return paste.share() > 0 || backgrounds.isPresent();
    }

    long numRows(Manifest manifest) {
      long changed = manifest.rows().getOrDefault(split, 0L);
      return Math.addExact(manifest.totalRows(), Math.multiplyExact(changed, (long) copies));
    }
  }

  public AugmentJob() {
    super(
        NAME,
        "Adds changed copies of the pictures to sample shards: crops, colours, objects of others.",
        Settings.class);
  }

  public static void main(String[] args) {
    JobRunner.main(new AugmentJob(), args);
  }

  @Override
  public List<String> plan(Settings settings) {
    StagedDirectory.requireFree(settings.out());
    return AugmentPlan.of(settings);
  }

  @Override
  public void run(Settings settings, JobContext context) throws IOException {
    var manifest = ShardStore.manifest(settings.data());
    var backgrounds = settings.backgroundFolder();
    var made =
        Build.version()
            + context.settingsJson()
            + manifest.rows().keySet().stream()
                .map(manifest::fingerprint)
                .collect(Collectors.joining())
            + backgrounds.map(BackgroundFolder::fingerprint).orElse("");
    var banks = AugmentBanks.of(settings, context, manifest, backgrounds);
    try (var staged = StagedDirectory.resumable(settings.out(), made)) {
      StopSignals.keeps("what is finished is kept; the same command goes on");
      if (staged.isResumed()) {
        context.console().println("augment: goes on with what an earlier run has finished");
      }
      write(settings, context, manifest, banks, staged);
    } finally {
      StopSignals.keeps(null);
    }
  }

  private void write(
      Settings settings,
      JobContext context,
      Manifest data,
      AugmentBanks banks,
      StagedDirectory staged)
      throws IOException {
    var spark = context.spark();
    var made = spark.sparkContext().longAccumulator("pictures made");
    Manifest manifest;
    try (var progress =
        new TaskProgress(
            new Progress(context.console(), "augment: pictures", settings.numRows(data), EVERY),
            made)) {
      var rows =
          AugmentRows.of(
              spark,
              settings.data(),
              settings.augmentation(),
              banks.objects(),
              banks.backgrounds(),
              made);
      manifest =
          ShardStore.resume(
              rows,
              staged,
              new Provenance(name(), context.settingsJson(), banks.dropped()),
              Duplicates.KEEP);
    }
    SamplePictures.write(spark, settings.out(), pictured(manifest, settings.split()));
    ShardReport.print(manifest, settings.out(), context.console());
  }

  /** The split of which samples are shown: all pictures of the changed one may be damaged. */
  private static String pictured(Manifest manifest, String split) {
    var splits = manifest.rows().keySet();
    return splits.contains(split) ? split : splits.iterator().next();
  }
}
