package ai.echogen.perf;

import ai.echogen.config.Check;
import ai.echogen.data.CounterRandom;
import ai.echogen.data.RowRange;
import ai.echogen.data.Sample;
import ai.echogen.data.shards.Provenance;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.inference.LayoutDrawer;
import ai.echogen.inference.ModelPool;
import ai.echogen.jobs.cli.Job;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import ai.echogen.storage.Location;
import ai.echogen.storage.StagedDirectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** Makes token shards of any size without images, to measure what training takes of memory. */
public final class BenchDataJob extends Job<BenchDataJob.Settings> {
  private static final List<String> COLORS = List.of("red", "green", "blue", "yellow", "grey");
  private static final List<String> THINGS = List.of("dog", "ball", "fir", "lemon", "hoop", "star");
  private static final int ROWS_A_TASK = 20_000;

  /**
   * @param tokenizer directory of a VQ tokenizer, which says how many codes an image has
   * @param out token shards to write
   * @param count samples of the split train
   * @param testCount samples of the split test
   * @param seed of layouts and codes
   */
  public record Settings(Location tokenizer, Location out, int count, int testCount, long seed) {
    public Settings {
      new Check()
          .that("count", count > 0, "must be > 0, got " + count)
          .that("testCount", testCount >= 0, "must be >= 0, got " + testCount)
          .orThrow();
    }
  }

  public BenchDataJob() {
    super(
        "bench data", "Makes token shards without images, to measure memory with.", Settings.class);
  }

  public static void main(String[] args) {
    JobRunner.main(new BenchDataJob(), args);
  }

  @Override
  public List<String> plan(Settings settings) throws IOException {
    StagedDirectory.requireFree(settings.out());
    return List.of(
        String.format(
            Locale.ROOT,
            "writes %,d + %,d samples to %s",
            settings.count(),
            settings.testCount(),
            settings.out()));
  }

  @Override
  public void run(Settings settings, JobContext context) throws IOException {
    var spark = context.spark();
    int numCodes;
    int codebook;
    String fingerprint;
    try (var lease = ModelPool.leaseTokenizer(settings.tokenizer())) {
      numCodes = lease.value().config().numCodes();
      codebook = lease.value().config().numEmbeddings();
      fingerprint = lease.value().fingerprint();
    }
    long seed = settings.seed();
    int train = settings.count();
    int total = train + settings.testCount();
    int tasks = spark.sparkContext().defaultParallelism();
    var made = RowRange.cut(total, 1, Math.max(tasks, total / ROWS_A_TASK));
    var rows =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(made, made.size())
            .flatMap(
                range ->
                    LongStream.range(range.from(), range.to())
                        .mapToObj(
                            i ->
                                row(
                                    CounterRandom.of(seed, i),
                                    i,
                                    i < train ? "train" : "test",
                                    numCodes,
                                    codebook,
                                    fingerprint))
                        .iterator());
    var manifest =
        ShardStore.write(
            spark.createDataFrame(rows, LayoutDrawer.SCHEMA),
            settings.out(),
            new Provenance(name(), context.settingsJson(), List.of()));
    context
        .console()
        .printf(Locale.ROOT, "wrote %,d samples to %s%n", manifest.totalRows(), settings.out());
  }

  private static Row row(
      CounterRandom random, long i, String split, int numCodes, int codebook, String tokenizer) {
    var regions = new ArrayList<Region>();
    for (int r = random.nextInt(1, 6); r > 0; r--) {
      var thing = THINGS.get(random.nextInt(THINGS.size()));
      var phrase = "a " + COLORS.get(random.nextInt(COLORS.size())) + " " + thing;
      double x = random.nextDouble(0, 0.6);
      double y = random.nextDouble(0, 0.6);
      var box = new Box((float) x, (float) y, (float) x + 0.3f, (float) y + 0.3f);
      regions.add(new Region(phrase, thing, box));
    }
    var caption = regions.stream().map(Region::phrase).collect(Collectors.joining(" and "));
    var codes = new Integer[numCodes];
    for (int c = 0; c < numCodes; c++) {
      codes[c] = random.nextInt(codebook);
    }
    var id = String.format(Locale.ROOT, "b%010d", i);
    var sample =
        new Sample(id, new byte[0], "", 1, 1, new Layout(caption, regions), "bench", split).toRow();
    var values = new Object[LayoutDrawer.SCHEMA.size()];
    for (int c = 0; c < sample.size(); c++) {
      values[c] = sample.get(c);
    }
    values[values.length - 3] = codes;
    values[values.length - 2] = tokenizer;
    values[values.length - 1] = new Row[0];
    return RowFactory.create(values);
  }
}
