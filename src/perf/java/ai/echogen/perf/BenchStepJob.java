package ai.echogen.perf;

import ai.echogen.config.Check;
import ai.echogen.data.feed.MemoryFeed;
import ai.echogen.jobs.cli.Job;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.jobs.cli.PeakMemory;
import ai.echogen.model.decoder.AttentionForm;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.model.decoder.LoraConfig;
import ai.echogen.model.decoder.Precision;
import ai.echogen.objectives.LayoutTokens;
import ai.echogen.objectives.ObjectiveSource;
import ai.echogen.objectives.PmtpMemory;
import ai.echogen.objectives.PmtpObjective;
import ai.echogen.objectives.PmtpSource;
import ai.echogen.objectives.TransformerSource;
import ai.echogen.objectives.TransformerSpec;
import ai.echogen.objectives.djo.DjoObjective;
import ai.echogen.observe.Metrics;
import ai.echogen.storage.Location;
import ai.echogen.tokens.Question;
import ai.echogen.torch.Tensors;
import ai.echogen.torch.weights.Weights;
import ai.echogen.train.CheckpointSettings;
import ai.echogen.train.DivergenceSettings;
import ai.echogen.train.EvalSettings;
import ai.echogen.train.ExchangeSettings;
import ai.echogen.train.OptimizerSettings;
import ai.echogen.train.StopSettings;
import ai.echogen.train.TrainerSettings;
import ai.echogen.train.TrainingMemory;
import ai.echogen.train.cluster.Training;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToIntFunction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * Measures what a training step of a large model takes, with random weights: seconds and memory;
 * one JSON object on the last line.
 */
public final class BenchStepJob extends Job<BenchStepJob.Settings> {
  /** Whose step. */
  public enum Stage {
    PMTP,
    DJO
  }

  /**
   * @param stage whose step; memory is computed for PMTP only
   * @param form attention form; see {@link AttentionForm}
   * @param precision what the transformer computes in
   * @param threads operator threads of a task
   * @param warmup steps before the clock starts
   * @param steps steps to measure, at once
   * @param samplesTo file for the samples, so that other software can be measured on the same
   */
  public record Settings(
      Stage stage,
      AttentionForm form,
      Precision precision,
      int batch,
      int microShards,
      int threads,
      int warmup,
      int steps,
      long seed,
      Optional<Location> samplesTo,
      LoraConfig lora,
      PmtpObjective.Settings pmtp,
      DjoObjective.Settings djo,
      ExchangeSettings exchange,
      OptimizerSettings optim,
      BenchModel.Sizes sizes) {
    public Settings {
      new Check()
          .that("batch", batch > 0, "must be > 0, got " + batch)
          .that(
              "microShards",
              microShards > 0 && microShards <= batch,
              "must be in [1, batch = " + batch + "], got " + microShards)
          .that("threads", threads > 0, "must be > 0, got " + threads)
          .that("warmup", warmup >= 0, "must be >= 0, got " + warmup)
          .that("steps", steps > 0, "must be > 0, got " + steps)
          .orThrow();
    }

    TrainerSettings trainer() {
      return new TrainerSettings(
          warmup + steps,
          batch,
          microShards,
          seed,
          warmup + steps,
          CheckpointSettings.AT_THE_END,
          EvalSettings.NEVER,
          exchange,
          DivergenceSettings.STOP_AFTER_TEN,
          StopSettings.STANDARD,
          optim);
    }
  }

  public BenchStepJob() {
    super(
        "bench step",
        "Measures a training step of a large model: seconds and memory, as JSON.",
        Settings.class);
  }

  public static void main(String[] args) {
    JobRunner.main(new BenchStepJob(), args);
  }

  @Override
  public List<String> plan(Settings settings) {
    return List.of(
        String.format(
            Locale.ROOT,
            "%d steps of %d samples, %s",
            settings.steps(),
            settings.batch(),
            settings.lora().isOn() ? "an adapter of rank " + settings.lora().rank() : "whole"));
  }

  @Override
  public void run(Settings settings, JobContext context) throws Exception {
    Tensors.setThreadsPerTask(settings.threads());
    var samples =
        BenchSamples.of(
            settings.seed(),
            settings.batch() * (settings.warmup() + settings.steps()),
            settings.sizes().vq().codes(),
            settings.sizes().vocabulary());
    if (settings.samplesTo().isPresent()) {
      samples.write(settings.samplesTo().get().local());
    }
    try (var decoder =
            new Decoder(
                settings.sizes().model(),
                settings.sizes().vq().codes(),
                samples.ids(),
                settings.form(),
                settings.precision(),
                Optional.empty(),
                settings.lora().ifOn());
        var weights = Weights.random(decoder.parameters().layout(), settings.seed())) {
      var spec =
          settings.lora().isOn()
              ? TransformerSpec.ofAdapter(decoder, settings.lora(), Location.of("base"), weights)
              : TransformerSpec.ofModel(decoder);
      var source = source(settings, spec);
      var trained = settings.lora().isOn() ? decoder.initialAdapter(1) : weights;
      measure(settings, context, decoder, source, samples, trained);
    }
  }

  private static ObjectiveSource<LayoutTokens> source(Settings settings, TransformerSpec spec) {
    if (settings.stage() == Stage.PMTP) {
      return new PmtpSource(spec, settings.pmtp(), Long.MAX_VALUE);
    }
    var djo = settings.djo();
    long steps = settings.trainer().steps();
    return new TransformerSource<>(
        spec, (model, frozen, start) -> new DjoObjective(model, djo, steps, frozen), null);
  }

  private static void measure(
      Settings settings,
      JobContext context,
      Decoder decoder,
      ObjectiveSource<LayoutTokens> source,
      BenchSamples samples,
      Weights initial)
      throws Exception {
    var spark = context.spark();
    try (var trainer =
        Training.here(
            spark,
            new Training.Plan<>("bench", source, settings.trainer(), settings.threads()),
            initial)) {
      var feed = MemoryFeed.of(samples.samples(), LayoutTokens::numTokens);
      var before = trainer.weights().sha256();
      if (settings.warmup() > 0) {
        trainer.run(settings.warmup(), feed, new Metrics());
      }
      long start = System.nanoTime();
      trainer.run(settings.trainer().steps(), feed, new Metrics());
      double seconds = (System.nanoTime() - start) / 1e9 / settings.steps();
      var memory = memory(settings, spark, decoder, samples, initial.layout().size());
      var values = new ObjectMapper().createObjectNode();
      values.put("what", "step");
      values.put("stage", settings.stage().name().toLowerCase(Locale.ROOT));
      values.put("parameters", decoder.parameters().layout().size());
      values.put("trained", initial.layout().size());
      values.put("optimizer", settings.optim().method().name().toLowerCase(Locale.ROOT));
      values.put("checkpointing", settings.pmtp().checkpointing());
      values.put("precision", settings.precision().name().toLowerCase(Locale.ROOT));
      values.put("device", trainer.weights().device().toString());
      values.put("batch", settings.batch());
      values.put("micro_shards", settings.microShards());
      values.put("accumulate", settings.pmtp().accumulate());
      values.put("threads", settings.threads());
      long tokens = samples.numTokens() / settings.trainer().steps();
      values.put("tokens_a_step", tokens);
      values.put("seconds_a_step", Medians.rounded(seconds));
      values.put("tokens_per_s", Medians.rounded(tokens / seconds));
      values.put("weights_moved", !before.equals(trainer.weights().sha256()));
      values.put("tasks", memory.threads());
      values.put("peak_memory_gb", Medians.rounded(PeakMemory.gigabytes()));
      if (settings.stage() == Stage.PMTP) {
        values.put("computed_memory_gb", Medians.rounded(memory.sum() / 1e9));
        memory.lines().forEach(context.console()::println);
      }
      context.console().println(values);
    }
  }

  /** What the step should need, by the longest of the samples. */
  private static TrainingMemory memory(
      Settings settings, SparkSession spark, Decoder decoder, BenchSamples samples, long trained) {
    var all = samples.samples();
    var longest =
        new PmtpMemory.Lengths(
            most(all, sample -> sample.text().length),
            most(all, sample -> sample.question().ids().length),
            most(all, BenchStepJob::numAsked));
    long pass =
        PmtpMemory.of(decoder, settings.pmtp())
            .bytes(settings.trainer().samplesAMicroShard(), longest);
    long frozen = settings.lora().isOn() ? decoder.parameters().layout().size() : 0;
    int cores = JavaSparkContext.fromSparkContext(spark.sparkContext()).defaultParallelism();
    int threads = Math.max(1, cores / settings.threads());
    return TrainingMemory.of(settings.trainer(), trained, frozen, threads, pass);
  }

  private static int most(List<LayoutTokens> samples, ToIntFunction<LayoutTokens> length) {
    return samples.stream().mapToInt(length).max().orElseThrow();
  }

  private static int numAsked(LayoutTokens sample) {
    return (int)
        Arrays.stream(sample.question().targets()).filter(t -> t != Question.NOTHING).count();
  }
}
