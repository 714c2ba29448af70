package ai.echogen.perf;

import ai.echogen.config.Check;
import ai.echogen.data.feed.MemoryFeed;
import ai.echogen.jobs.cli.Job;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.model.decoder.AttentionForm;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.model.decoder.LoraConfig;
import ai.echogen.objectives.LayoutTokens;
import ai.echogen.objectives.PmtpObjective;
import ai.echogen.objectives.PmtpSource;
import ai.echogen.observe.Metrics;
import ai.echogen.storage.Location;
import ai.echogen.torch.Tensors;
import ai.echogen.torch.weights.Weights;
import ai.echogen.train.CheckpointSettings;
import ai.echogen.train.DivergenceSettings;
import ai.echogen.train.EvalSettings;
import ai.echogen.train.ExchangeSettings;
import ai.echogen.train.OptimizerSettings;
import ai.echogen.train.TrainerSettings;
import ai.echogen.train.cluster.Training;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Measures what a training step of a large model takes, with random weights: seconds and memory;
 * one JSON object on the last line.
 */
public final class BenchStepJob implements Job<BenchStepJob.Settings> {

  /**
   * @param threads operator threads of a task
   * @param steps steps to measure; what differs between them is shown
   */
  public record Settings(
      int batch,
      int microShards,
      int threads,
      int steps,
      long seed,
      LoraConfig lora,
      PmtpObjective.Settings pmtp,
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
          .that("steps", steps > 0, "must be > 0, got " + steps)
          .orThrow();
    }

    TrainerSettings trainer() {
      return new TrainerSettings(
          steps,
          batch,
          microShards,
          seed,
          steps,
          CheckpointSettings.AT_THE_END,
          EvalSettings.NEVER,
          ExchangeSettings.everyStep(ExchangeSettings.Wire.FLOAT32),
          DivergenceSettings.STOP_AFTER_TEN,
          optim);
    }
  }

  public static void main(String[] args) {
    JobRunner.main(new BenchStepJob(), args);
  }

  @Override
  public String name() {
    return "bench step";
  }

  @Override
  public String summary() {
    return "Measures a training step of a large model: seconds and memory, as JSON.";
  }

  @Override
  public Class<Settings> settingsType() {
    return Settings.class;
  }

  @Override
  public List<String> plan(Settings settings) {
    return List.of(
        "%d steps of %d samples, %s"
            .formatted(
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
            settings.batch() * settings.steps(),
            settings.sizes().vq().codes(),
            settings.sizes().vocabulary());
    try (var decoder =
            new Decoder(
                settings.sizes().model(),
                settings.sizes().vq().codes(),
                samples.ids(),
                AttentionForm.SEPARATE,
                Optional.empty(),
                settings.lora().ifOn());
        var weights = Weights.random(decoder.parameters().layout(), settings.seed())) {
      if (settings.lora().isOn()) {
        var source =
            PmtpSource.ofAdapter(
                decoder,
                settings.pmtp(),
                Long.MAX_VALUE,
                settings.lora(),
                Location.of("base"),
                weights);
        measure(settings, context, decoder, source, samples, decoder.initialAdapter(1));
      } else {
        var source = PmtpSource.ofModel(decoder, settings.pmtp(), Long.MAX_VALUE);
        measure(settings, context, decoder, source, samples, weights);
      }
    }
  }

  private static void measure(
      Settings settings,
      JobContext context,
      Decoder decoder,
      PmtpSource source,
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
      var seconds = new double[settings.steps()];
      var before = trainer.weights().sha256();
      for (int step = 0; step < seconds.length; step++) {
        long start = System.nanoTime();
        trainer.run(step + 1, feed, new Metrics());
        seconds[step] = Medians.rounded((System.nanoTime() - start) / 1e9);
        context.console().printf("step %d: %s s%n", step, seconds[step]);
      }
      var values = new ObjectMapper().createObjectNode();
      values.put("what", "step");
      values.put("parameters", decoder.parameters().layout().size());
      values.put("trained", initial.layout().size());
      values.put("optimizer", settings.optim().method().name().toLowerCase(Locale.ROOT));
      values.put("checkpointing", settings.pmtp().checkpointing());
      values.put("batch", settings.batch());
      values.put("micro_shards", settings.microShards());
      values.put("accumulate", settings.pmtp().accumulate());
      values.put("threads", settings.threads());
      values.put("tokens_a_step", samples.numTokens() / settings.steps());
      values.put("seconds_a_step", Medians.of(seconds));
      values.put("weights_moved", !before.equals(trainer.weights().sha256()));
      values.put("peak_memory_gb", PeakMemory.gigabytes());
      context.console().println(values);
    }
  }
}
