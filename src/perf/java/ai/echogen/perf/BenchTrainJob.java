package ai.echogen.perf;

import ai.echogen.config.Check;
import ai.echogen.data.feed.MemoryFeed;
import ai.echogen.jobs.cli.Job;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.model.decoder.AttentionForm;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.model.decoder.DecoderConfig;
import ai.echogen.model.decoder.ImageCodes;
import ai.echogen.model.decoder.Precision;
import ai.echogen.objectives.LayoutTokens;
import ai.echogen.objectives.PmtpObjective;
import ai.echogen.objectives.PmtpSource;
import ai.echogen.objectives.TransformerSpec;
import ai.echogen.observe.Metrics;
import ai.echogen.storage.Location;
import ai.echogen.torch.Tensors;
import ai.echogen.train.CheckpointSettings;
import ai.echogen.train.DivergenceSettings;
import ai.echogen.train.EvalSettings;
import ai.echogen.train.ExchangeSettings;
import ai.echogen.train.OptimizerSettings;
import ai.echogen.train.StopSettings;
import ai.echogen.train.TrainerSettings;
import ai.echogen.train.cluster.Training;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/**
 * Measures the training step, without data: one JSON object on the last line.
 *
 * <p>Each measurement trains from the first weights over the same samples once, so all measure the
 * same work.
 */
public final class BenchTrainJob extends Job<BenchTrainJob.Settings> {
  /** Operator threads of a task, as in training. */
  private static final int THREADS_PER_TASK = 1;

  private static final ImageCodes CODES = BenchSamples.DEMO_CODES;

  /**
   * @param form attention form; see {@link AttentionForm}
   * @param precision what the transformer computes in
   * @param warmup steps before the clock starts
   * @param steps steps a measurement
   * @param repeats measurements, whose median counts
   * @param samplesTo file for the samples, so that other software can be measured on the same
   */
  public record Settings(
      AttentionForm form,
      Precision precision,
      int batch,
      int microShards,
      int warmup,
      int steps,
      int repeats,
      long seed,
      Optional<Location> samplesTo,
      DecoderConfig model,
      PmtpObjective.Settings pmtp,
      OptimizerSettings optim) {
    public Settings {
      new Check()
          .that("batch", batch > 0, "must be > 0, got " + batch)
          .that(
              "microShards",
              microShards > 0 && microShards <= batch,
              "must be in [1, batch = " + batch + "], got " + microShards)
          .that("warmup", warmup >= 0, "must be >= 0, got " + warmup)
          .that("steps", steps > 0, "must be > 0, got " + steps)
          .that("repeats", repeats > 0, "must be > 0, got " + repeats)
          .orThrow();
    }

    TrainerSettings trainer(int numSteps) {
      return new TrainerSettings(
          numSteps,
          batch,
          microShards,
          seed,
          numSteps,
          CheckpointSettings.AT_THE_END,
          EvalSettings.NEVER,
          ExchangeSettings.everyStep(ExchangeSettings.Wire.FLOAT32),
          DivergenceSettings.STOP_AFTER_TEN,
          StopSettings.STANDARD,
          optim);
    }
  }

  /** What a measurement took, and the weights that it ended with. */
  private record Run(double seconds, double cpuSeconds, String sha256, String device) {}

  public BenchTrainJob() {
    super("bench train", "Measures the training step: tokens/s, as JSON.", Settings.class);
  }

  public static void main(String[] args) {
    JobRunner.main(new BenchTrainJob(), args);
  }

  @Override
  public List<String> plan(Settings settings) {
    return List.of(
        String.format(
            Locale.ROOT,
            "%d measurements of %d steps of %d samples, after %d steps",
            settings.repeats(),
            settings.steps(),
            settings.batch(),
            settings.warmup()));
  }

  @Override
  public void run(Settings settings, JobContext context) throws Exception {
    var spark = context.spark();
    Tensors.setThreadsPerTask(THREADS_PER_TASK);
    var samples = BenchSamples.of(settings.seed(), settings.batch() * settings.steps(), CODES, 0);
    if (settings.samplesTo().isPresent()) {
      samples.write(settings.samplesTo().get().local());
    }
    try (var decoder =
        new Decoder(
            settings.model(),
            CODES,
            samples.ids(),
            settings.form(),
            settings.precision(),
            Optional.empty(),
            Optional.empty())) {
      if (settings.warmup() > 0) {
        train(settings, spark, decoder, samples, settings.warmup());
      }
      var runs = new Run[settings.repeats()];
      for (int i = 0; i < runs.length; i++) {
        runs[i] = train(settings, spark, decoder, samples, settings.steps());
      }
      context.console().println(json(settings, spark, decoder, samples, runs));
    }
  }

  private static Run train(
      Settings settings, SparkSession spark, Decoder decoder, BenchSamples samples, int steps)
      throws IOException {
    var trainerSettings = settings.trainer(steps);
    var codebook = BenchSamples.codebook(settings.seed(), CODES);
    var source = new PmtpSource(TransformerSpec.ofModel(decoder), settings.pmtp(), Long.MAX_VALUE);
    var feed = MemoryFeed.of(samples.samples(), LayoutTokens::numTokens);
    try (var trainer =
        Training.here(
            spark,
            new Training.Plan<>("bench", source, trainerSettings),
            decoder.initialWeights(codebook, settings.seed()))) {
      long start = System.nanoTime();
      long cpuStart = cpuNanos();
      trainer.run(steps, feed, new Metrics());
      double cpuSeconds = (cpuNanos() - cpuStart) / 1e9;
      double seconds = (System.nanoTime() - start) / 1e9;
      var weights = trainer.weights();
      return new Run(seconds, cpuSeconds, weights.sha256(), weights.device().toString());
    }
  }

  private static String json(
      Settings settings, SparkSession spark, Decoder decoder, BenchSamples samples, Run[] runs)
      throws JsonProcessingException {
    double seconds = Medians.of(Arrays.stream(runs).mapToDouble(Run::seconds).toArray());
    double cpuSeconds = Medians.of(Arrays.stream(runs).mapToDouble(Run::cpuSeconds).toArray());
    var values = new LinkedHashMap<String, Object>();
    values.put("what", "train");
    values.put("parameters", decoder.parameters().layout().size());
    values.put("form", settings.form().key());
    values.put("precision", settings.precision().name().toLowerCase(Locale.ROOT));
    values.put("device", runs[0].device());
    values.put("optimizer", settings.optim().method().name().toLowerCase(Locale.ROOT));
    values.put("batch", settings.batch());
    values.put("micro_shards", settings.microShards());
    values.put("tasks", Training.numThreads(spark, settings.trainer(settings.steps())));
    values.put("threads", THREADS_PER_TASK);
    values.put("seed", settings.seed());
    values.put("steps", settings.steps());
    values.put("repeats", settings.repeats());
    values.put("tokens_per_s", Medians.rounded(samples.numTokens() / seconds));
    values.put("samples_per_s", Medians.rounded(samples.samples().size() / seconds));
    values.put("ms_per_step", Medians.rounded(1e3 * seconds / settings.steps()));
    values.put("cpu_ms_per_step", Medians.rounded(1e3 * cpuSeconds / settings.steps()));
    values.put("weights_sha256", runs[0].sha256());
    return new ObjectMapper().writeValueAsString(values);
  }

  /** CPU time of the whole process, which other work on the machine does not lengthen. */
  private static long cpuNanos() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }
}
