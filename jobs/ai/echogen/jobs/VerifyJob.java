package ai.echogen.jobs;

import ai.echogen.data.shards.DropTally;
import ai.echogen.data.shards.Dropped;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.image.ImageFile;
import ai.echogen.jobs.cli.Job;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.jobs.cli.TaskProgress;
import ai.echogen.observe.Progress;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.LongAccumulator;

/** Reads every byte and every row of a shard directory, and says whether all of it is whole. */
public final class VerifyJob extends Job<VerifyJob.Settings> {
  /**
   * The section {@code verify} of reference.conf.
   *
   * @param data shards, of samples or of tokens
   * @param images whether each image is decoded, too
   */
  public record Settings(Location data, boolean images) {}

  public VerifyJob() {
    super(
        "verify",
        "Reads shards again: digests of the files, every row, every image.",
        Settings.class);
  }

  public static void main(String[] args) {
    JobRunner.main(new VerifyJob(), args);
  }

  @Override
  public List<String> plan(Settings settings) {
    var manifest = ShardStore.manifest(settings.data());
    return List.of(
        String.format(
            Locale.ROOT,
            "reads %,d rows in %,d files of %s",
            manifest.totalRows(),
            manifest.files().size(),
            settings.data()));
  }

  @Override
  public void run(Settings settings, JobContext context) {
    var spark = context.spark();
    var manifest = ShardStore.verify(spark, settings.data());
    var columns = List.of(manifest.schema().fieldNames());
    boolean hasImages = settings.images() && columns.contains("image");
    var read = spark.sparkContext().longAccumulator("rows verified");
    var every = Duration.ofSeconds(5);
    List<Dropped> damaged;
    try (var progress =
        new TaskProgress(
            new Progress(context.console(), "verify: rows", manifest.totalRows(), every), read)) {
      var tallies =
          ShardStore.all(settings.data())
              .rows(JavaSparkContext.fromSparkContext(spark.sparkContext()))
              .mapPartitions(new Decoder(hasImages, read))
              .collect();
      var all = new DropTally();
      tallies.forEach(all::add);
      damaged = all.dropped();
    }
    if (!damaged.isEmpty()) {
      throw new IllegalArgumentException(
          damaged.stream()
              .map(reason -> settings.data() + ": " + reason)
              .collect(Collectors.joining("\n")));
    }
    context
        .console()
        .printf(
            Locale.ROOT,
            "%s: %,d rows in %,d files, all as the manifest says%s%n",
            settings.data(),
            manifest.totalRows(),
            manifest.files().size(),
            hasImages ? "; every image decodes" : "");
  }

  private record Decoder(boolean hasImages, LongAccumulator read)
      implements FlatMapFunction<Iterator<Row>, DropTally> {
    @Override
    public Iterator<DropTally> call(Iterator<Row> rows) {
      var tally = new DropTally();
      while (rows.hasNext()) {
        var row = rows.next(); // whoever hands it out has looked at it
        if (hasImages) {
          decode(row, tally);
        }
        read.add(1);
      }
      return List.of(tally).iterator();
    }

    private static void decode(Row row, DropTally tally) {
      Row image = row.getStruct(row.fieldIndex("image"));
      try {
        var unused = ImageFile.decode(image.getAs("bytes"));
      } catch (IOException e) {
        tally.add("image does not decode", "%s (%s)".formatted(row.getAs("id"), e.getMessage()));
      }
    }
  }
}
