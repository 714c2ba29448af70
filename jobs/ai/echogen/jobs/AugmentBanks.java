package ai.echogen.jobs;

import ai.echogen.data.augment.BackgroundBank;
import ai.echogen.data.augment.BackgroundFolder;
import ai.echogen.data.augment.BackgroundScan;
import ai.echogen.data.augment.ObjectBank;
import ai.echogen.data.augment.ObjectScan;
import ai.echogen.data.shards.Dropped;
import ai.echogen.data.shards.Manifest;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.TaskProgress;
import ai.echogen.observe.Progress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * What {@link AugmentJob} pastes, and on what.
 *
 * @param dropped backgrounds that cannot be used
 */
record AugmentBanks(ObjectBank objects, BackgroundBank backgrounds, List<Dropped> dropped) {
  AugmentBanks {
    dropped = List.copyOf(dropped);
  }

  /**
   * Reads the objects, if any are pasted, and the backgrounds, if there are some.
   *
   * @throws IllegalArgumentException if there are backgrounds and nothing to paste on them
   */
  static AugmentBanks of(
      AugmentJob.Settings settings,
      JobContext context,
      Manifest manifest,
      Optional<BackgroundFolder> folder) {
    var objects = settings.pastes() ? objects(settings, context, manifest) : ObjectBank.empty();
    if (folder.isEmpty()) {
      return new AugmentBanks(objects, BackgroundBank.empty(), List.of());
    }
    if (objects.size() == 0) {
      throw new IllegalArgumentException(
          "%s: of %s no object can be pasted on backgrounds (docs/augment.md says which can); leave backgrounds out"
              .formatted(settings.data(), settings.split()));
    }
    var scan = backgrounds(settings, context, folder.get());
    return new AugmentBanks(objects, scan.bank(), scan.dropped());
  }

  private static ObjectBank objects(
      AugmentJob.Settings settings, JobContext context, Manifest manifest) {
    var spark = JavaSparkContext.fromSparkContext(context.spark().sparkContext());
    var read = context.spark().sparkContext().longAccumulator("pictures with objects");
    var progress =
        new Progress(
            context.console(),
            "augment: pictures with objects",
            manifest.rows().getOrDefault(settings.split(), 0L),
            AugmentJob.EVERY);
    try (var shown = new TaskProgress(progress, read)) {
      var scan = ObjectScan.of(spark, settings.data(), settings.augmentation(), read);
      context
          .console()
          .printf(
              Locale.ROOT,
              "augment: %,d objects to paste, of %,d that could be%n",
              scan.bank().size(),
              scan.numUsable());
      return scan.bank();
    }
  }

  private static BackgroundScan backgrounds(
      AugmentJob.Settings settings, JobContext context, BackgroundFolder folder) {
    var spark = JavaSparkContext.fromSparkContext(context.spark().sparkContext());
    var read = context.spark().sparkContext().longAccumulator("backgrounds read");
    var progress =
        new Progress(
            context.console(),
            "augment: backgrounds",
            BackgroundScan.numRead(folder, settings.size()),
            AugmentJob.EVERY);
    try (var shown = new TaskProgress(progress, read)) {
      var scan = BackgroundScan.of(spark, folder, settings.augmentation(), read);
      context
          .console()
          .printf(
              Locale.ROOT,
              "augment: %,d backgrounds, of %,d%n",
              scan.bank().size(),
              folder.files().size());
      return scan;
    }
  }
}
