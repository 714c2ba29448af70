package ai.echogen.jobs;

import ai.echogen.config.Check;
import ai.echogen.data.Sample;
import ai.echogen.data.shards.ImageShards;
import ai.echogen.data.shards.Manifest;
import ai.echogen.data.shards.Provenance;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.inference.Batches;
import ai.echogen.inference.ModelPool;
import ai.echogen.jobs.cli.Job;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.jobs.cli.ResumableShards;
import ai.echogen.jobs.cli.TaskProgress;
import ai.echogen.jobs.model.ImageSides;
import ai.echogen.jobs.model.VqPrint;
import ai.echogen.model.directory.JanusConfig;
import ai.echogen.observe.Progress;
import ai.echogen.storage.Location;
import ai.echogen.storage.StagedDirectory;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.LongAccumulator;

/** Adds the codes of each image to sample shards: token shards. */
public final class TokenizeJob extends Job<TokenizeJob.Settings> {
  private static final Duration EVERY = Duration.ofSeconds(5);

  /** The columns of a token shard. */
  static final StructType SCHEMA =
      Sample.SCHEMA
          .add("codes", DataTypes.createArrayType(DataTypes.IntegerType, false), false)
          .add("tokenizer", DataTypes.StringType, false);

  /**
   * @param data sample shards
   * @param tokenizer directory of the VQ tokenizer
   * @param out token shards to write
   * @param batch images a native call
   */
  public record Settings(Location data, Location tokenizer, Location out, int batch) {
    public Settings {
      new Check().that("batch", batch > 0, "must be > 0, got " + batch).orThrow();
    }
  }

  public TokenizeJob() {
    super("tokenize", "Adds the VQ codes of each image to sample shards.", Settings.class);
  }

  public static void main(String[] args) {
    JobRunner.main(new TokenizeJob(), args);
  }

  @Override
  public List<String> plan(Settings settings) throws IOException {
    StagedDirectory.requireFree(settings.out());
    var manifest = ShardStore.manifest(settings.data());
    var vq = settings.tokenizer().onDisk(List.of(JanusConfig.FILE), JanusConfig::read).vq();
    return List.of(
        String.format(
            Locale.ROOT,
            "%,d images → %d codes each, of %,d",
            manifest.totalRows(),
            vq.numCodes(),
            vq.numEmbeddings()),
        "writes token shards to " + settings.out());
  }

  @Override
  public void run(Settings settings, JobContext context) throws IOException {
    var vq = settings.tokenizer().onDisk(List.of(JanusConfig.FILE), JanusConfig::read).vq();
    for (var split : ShardStore.manifest(settings.data()).rows().keySet()) {
      ImageSides.say(settings.data(), split, vq.imageSize(), context.console());
    }
    var manifest =
        ResumableShards.write(
            name(),
            settings.out(),
            inputs(settings),
            context,
            staged -> write(settings, context, staged));
    manifest
        .rows()
        .forEach(
            (split, number) ->
                context.console().printf(Locale.ROOT, "%-16s %8d rows%n", split, number));
    context.console().println("wrote " + settings.out());
  }

  /** Differs if the rows or the tokenizer do. */
  private static String inputs(Settings settings) throws IOException {
    var data = ShardStore.manifest(settings.data());
    return data.rows().keySet().stream().map(data::fingerprint).collect(Collectors.joining())
        + VqPrint.of(settings.tokenizer());
  }

  private Manifest write(Settings settings, JobContext context, StagedDirectory staged) {
    var spark = context.spark();
    var images = ShardStore.all(settings.data(), Sample.SCHEMA.fieldNames());
    var done = spark.sparkContext().longAccumulator("images tokenized");
    var progress = new Progress(context.console(), "tokenize: images", images.size(), EVERY);
    try (var unused = new TaskProgress(progress, done)) {
      var rows =
          images
              .batches(JavaSparkContext.fromSparkContext(spark.sparkContext()), settings.batch())
              .mapPartitions(
                  new Encoder(settings.data(), settings.tokenizer(), settings.batch(), done));
      return ShardStore.resume(
          spark.createDataFrame(rows, SCHEMA),
          staged,
          new Provenance(name(), context.settingsJson(), List.of()));
    }
  }

  /** Runs on executors, which load the tokenizer once. */
  private record Encoder(Location data, Location tokenizer, int batch, LongAccumulator done)
      implements FlatMapFunction<Iterator<Row>, Row> {
    @Override
    public Iterator<Row> call(Iterator<Row> rows) throws IOException {
      var model = ModelPool.leaseTokenizer(tokenizer).untilTaskEnds();
      var fingerprint = model.fingerprint();
      int side = model.config().imageSize();
      return new Batches<>(
          rows,
          batch,
          group -> {
            var codes =
                model.encodeBytes(
                    group.stream()
                        .map(row -> ImageShards.rgb(row, data.toString(), side))
                        .toList());
            var results = new ArrayList<Row>(group.size());
            for (int i = 0; i < group.size(); i++) {
              results.add(withCodes(group.get(i), codes.get(i), fingerprint));
            }
            done.add(group.size());
            return results;
          });
    }

    private static Row withCodes(Row row, int[] codes, String fingerprint) {
      var values = new Object[SCHEMA.size()];
      for (int i = 0; i < row.size(); i++) {
        values[i] = row.get(i);
      }
      values[values.length - 2] = codes;
      values[values.length - 1] = fingerprint;
      return RowFactory.create(values);
    }
  }
}
