package ai.echogen.jobs;

import ai.echogen.config.Check;
import ai.echogen.data.shards.Manifest;
import ai.echogen.data.shards.ShardSplit;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.data.stats.ShardStats;
import ai.echogen.data.stats.StatsJson;
import ai.echogen.jobs.cli.Job;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.jobs.cli.TaskProgress;
import ai.echogen.jobs.stats.StatsPictures;
import ai.echogen.jobs.stats.StatsReport;
import ai.echogen.observe.Progress;
import ai.echogen.observe.Thumbnail;
import ai.echogen.storage.Location;
import ai.echogen.storage.StagedDirectory;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaSparkContext;

/** Says what shards hold: a page for people and a file of all numbers. */
public final class StatsJob extends Job<StatsJob.Settings> {
  private static final String PAGE = "index.html";
  private static final String NUMBERS = "stats.json";
  private static final int MOST_SAMPLES = 200;
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * The section {@code stats} of reference.conf.
   *
   * @param data sample shards, or token shards with images
   * @param out directory to write
   * @param samples pictures of each split
   * @param seed of their choice
   */
  public record Settings(Location data, Location out, int samples, long seed) {
    public Settings {
      new Check()
          .that(
              "samples",
              samples >= 0 && samples <= MOST_SAMPLES,
              String.format(Locale.ROOT, "must be 0 to %d, got %d", MOST_SAMPLES, samples))
          .orThrow();
    }

    private ShardSplit layouts() {
      return ShardStore.all(data, ShardStats.layoutColumns());
    }

    private ShardSplit images() {
      return ShardStore.all(data, ShardStats.imageColumns());
    }
  }

  public StatsJob() {
    super(
        "stats",
        "Says what shards hold: a page with numbers, charts and pictures, and a JSON file.",
        Settings.class);
  }

  public static void main(String[] args) {
    JobRunner.main(new StatsJob(), args);
  }

  @Override
  public List<String> plan(Settings settings) {
    StagedDirectory.requireFree(settings.out());
    var manifest = ShardStore.manifest(settings.data());
    if (settings.layouts().size() == 0 || settings.images().size() == 0) {
      throw new IllegalArgumentException(settings.data() + ": holds no rows");
    }
    return List.of(
        String.format(
            Locale.ROOT,
            "counts %,d rows: %s",
            manifest.totalRows(),
            manifest.rows().entrySet().stream()
                .map(of -> String.format(Locale.ROOT, "%s %,d", of.getKey(), of.getValue()))
                .collect(Collectors.joining(", "))),
        "writes " + settings.out() + ": " + PAGE + ", " + NUMBERS);
  }

  @Override
  public void run(Settings settings, JobContext context) throws IOException {
    var console = context.console();
    var manifest = ShardStore.manifest(settings.data());
    try (var staged = new StagedDirectory(settings.out())) {
      var stats = count(settings, context);
      var json = json(settings, stats, manifest, context);
      staged.place().child(NUMBERS).write(pretty(json));
      var pictures = new TreeMap<String, List<Thumbnail>>();
      for (var split : stats.splits().keySet()) {
        pictures.put(
            split, StatsPictures.of(settings.data(), split, settings.samples(), settings.seed()));
      }
      staged
          .place()
          .child(PAGE)
          .write(
              StatsReport.html(
                  settings.data().toString(),
                  stats,
                  manifest,
                  pictures,
                  context.provenance().toPrettyString()));
      staged.publish();
      console.print(StatsReport.summary(stats).console());
      if (stats.images().numShared() > 0) {
        console.printf(
            Locale.ROOT,
            "images in more than one split, byte for byte: %,d%n",
            stats.images().numShared());
      }
    }
    console.printf("wrote %s: %s, %s%n", settings.out(), PAGE, NUMBERS);
  }

  private static ShardStats count(Settings settings, JobContext context) {
    var spark = JavaSparkContext.fromSparkContext(context.spark().sparkContext());
    var layouts = settings.layouts();
    var read = context.spark().sparkContext().longAccumulator("rows read");
    long reads = Math.multiplyExact(layouts.size(), ShardStats.PASSES);
    var label = String.format(Locale.ROOT, "stats: rows, each %d times", ShardStats.PASSES);
    var progress = new Progress(context.console(), label, reads, Duration.ofSeconds(5));
    try (var shown = new TaskProgress(progress, read)) {
      return ShardStats.of(layouts.rows(spark), settings.images().rows(spark), read);
    }
  }

  /** {@link StatsJson} with what the shards' manifest says, and what made it. */
  private static ObjectNode json(
      Settings settings, ShardStats stats, Manifest manifest, JobContext context) {
    var json = JSON.createObjectNode().put("data", settings.data().uri());
    json.setAll(StatsJson.of(stats));
    var made = json.putObject("manifest").put("job", manifest.job());
    made.set("settings", manifest.settings());
    made.set("dropped", JSON.valueToTree(manifest.dropped()));
    made.set("adjusted", JSON.valueToTree(manifest.adjusted()));
    json.set("provenance", context.provenance());
    return json;
  }

  private static byte[] pretty(ObjectNode json) throws IOException {
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json);
  }
}
