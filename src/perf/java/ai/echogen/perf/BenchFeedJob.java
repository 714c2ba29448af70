package ai.echogen.perf;

import ai.echogen.config.Check;
import ai.echogen.data.feed.Feed;
import ai.echogen.data.feed.MemoryFeed;
import ai.echogen.data.feed.ShardFeed;
import ai.echogen.jobs.cli.Job;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.jobs.train.StartModel;
import ai.echogen.model.JanusModel;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.model.decoder.LoraConfig;
import ai.echogen.model.decoder.Precision;
import ai.echogen.model.directory.JanusConfig;
import ai.echogen.objectives.LayoutTokens;
import ai.echogen.objectives.PmtpObjective;
import ai.echogen.objectives.PmtpSource;
import ai.echogen.objectives.TransformerSpec;
import ai.echogen.observe.Metrics;
import ai.echogen.storage.Location;
import ai.echogen.torch.Tensors;
import ai.echogen.train.TrainerSettings;
import ai.echogen.train.cluster.Training;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;

/**
 * Measures whether steps wait for their samples: training from shards, as they lie, beside training
 * from the same samples in memory, taking turns. One JSON object on the last line.
 */
public final class BenchFeedJob extends Job<BenchFeedJob.Settings> {
  /**
   * @param model model directory to start from
   * @param data token shards, of which the split train is used
   * @param warmup steps before the clock starts
   * @param repeats measurements of each kind
   * @param train {@code train.steps} steps a measurement
   */
  public record Settings(
      Location model,
      Location data,
      int warmup,
      int repeats,
      PmtpObjective.Settings pmtp,
      TrainerSettings train) {
    public Settings {
      new Check()
          .that("warmup", warmup >= 0, "must be >= 0, got " + warmup)
          .that("repeats", repeats > 0, "must be > 0, got " + repeats)
          .that(
              "train.steps",
              train.steps() > warmup,
              String.format(
                  Locale.ROOT, "must be more than warmup = %d, got %d", warmup, train.steps()))
          .orThrow();
    }
  }

  public BenchFeedJob() {
    super(
        "bench feed",
        "Measures training from shards beside training from memory: steps/s, as JSON.",
        Settings.class);
  }

  public static void main(String[] args) {
    JobRunner.main(new BenchFeedJob(), args);
  }

  @Override
  public List<String> plan(Settings settings) {
    return List.of(
        String.format(
            Locale.ROOT,
            "%d measurements each, of %d steps of %d samples, of which the first %d do not count",
            settings.repeats(),
            settings.train().steps(),
            settings.train().batch(),
            settings.warmup()));
  }

  @Override
  public void run(Settings settings, JobContext context) throws Exception {
    Tensors.setThreadsPerTask(1);
    var config = settings.model().onDisk(List.of(JanusConfig.FILE), JanusModel::readConfig);
    try (var start = StartModel.of(settings.model(), config.form(), config.grounding())) {
      var shards = ShardFeed.of(settings.data(), "train", start.rows());
      var memory = MemoryFeed.of(shards.read(), LayoutTokens::numTokens);
      var ofShards = new ArrayList<Double>();
      var ofMemory = new ArrayList<Double>();
      for (int i = 0; i < settings.repeats(); i++) {
        ofShards.add(stepsPerSecond(settings, context, start, shards));
        ofMemory.add(stepsPerSecond(settings, context, start, memory));
      }
      var values = new LinkedHashMap<String, Object>();
      values.put("what", "feed");
      values.put("samples", shards.size());
      values.put("batch", settings.train().batch());
      values.put("steps", settings.train().steps() - settings.warmup());
      values.put("shards_steps_per_s", ofShards.stream().map(Medians::rounded).toList());
      values.put("memory_steps_per_s", ofMemory.stream().map(Medians::rounded).toList());
      values.put("ratio", Medians.rounded(median(ofShards) / median(ofMemory)));
      context.console().println(new ObjectMapper().writeValueAsString(values));
    }
  }

  private static double stepsPerSecond(
      Settings settings, JobContext context, StartModel start, Feed<LayoutTokens> feed)
      throws IOException {
    var form = start.config().form();
    try (var decoder =
        start.decoder(form, Precision.FP32, new LoraConfig(0, 1, LoraConfig.MODULES))) {
      var source =
          new PmtpSource(TransformerSpec.ofModel(decoder), settings.pmtp(), Long.MAX_VALUE);
      var plan = new Training.Plan<>("bench", source, settings.train());
      var initial = decoder.initialWeights(new float[codebook(decoder)], settings.train().seed());
      try (var training = Training.here(context.spark(), plan, initial)) {
        var metrics = new Metrics();
        training.run(settings.warmup(), feed, metrics);
        long began = System.nanoTime();
        training.run(settings.train().steps(), feed, metrics);
        double seconds = (System.nanoTime() - began) / 1e9;
        return (settings.train().steps() - settings.warmup()) / seconds;
      }
    }
  }

  private static int codebook(Decoder decoder) {
    return decoder.codes().codebook() * decoder.codes().width();
  }

  private static double median(List<Double> values) {
    return Medians.of(values.stream().mapToDouble(Double::doubleValue).toArray());
  }
}
