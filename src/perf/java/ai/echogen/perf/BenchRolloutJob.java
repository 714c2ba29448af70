package ai.echogen.perf;

import ai.echogen.config.Check;
import ai.echogen.data.synth.SceneSplit;
import ai.echogen.data.synth.ShapeScenes;
import ai.echogen.inference.Drawer;
import ai.echogen.inference.ModelPool;
import ai.echogen.inference.SampleNoise;
import ai.echogen.jobs.cli.Job;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.jobs.train.StartModel;
import ai.echogen.layout.Layout;
import ai.echogen.model.JanusModel;
import ai.echogen.model.RunMode;
import ai.echogen.model.decoder.LoraConfig;
import ai.echogen.model.decoder.Precision;
import ai.echogen.model.directory.JanusConfig;
import ai.echogen.objectives.TransformerSource;
import ai.echogen.objectives.TransformerSpec;
import ai.echogen.objectives.policy.PolicyObjective;
import ai.echogen.objectives.policy.PolicySettings;
import ai.echogen.objectives.policy.RolloutGroup;
import ai.echogen.observe.MetricSink;
import ai.echogen.observe.Metrics;
import ai.echogen.storage.Location;
import ai.echogen.torch.Tensors;
import ai.echogen.train.TrainerSettings;
import ai.echogen.train.cluster.Training;
import ai.echogen.train.cycle.CycleSettings;
import ai.echogen.train.cycle.CycleSupply;
import ai.echogen.train.cycle.ShapePrompts;
import ai.echogen.train.rollout.CycleRollouts;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Measures steps of Cycle RL on random shape scenes: rollouts/s and each part's share, and what
 * sharing a group's prefix gains. One JSON object on the last line.
 */
public final class BenchRolloutJob extends Job<BenchRolloutJob.Settings> {
  private static final int SCENE = 64; // pixels

  /**
   * @param model model directory
   * @param warmup steps before the clock starts
   * @param cycle how rollouts are made
   * @param policy how the policy is learnt
   * @param precision what the transformer computes in
   * @param train {@code train.batch} prompts a step, {@code train.steps} steps
   */
  public record Settings(
      Location model,
      int warmup,
      CycleSettings cycle,
      PolicySettings policy,
      Precision precision,
      TrainerSettings train) {
    public Settings {
      new Check()
          .that(
              "warmup",
              warmup > 0 && warmup < train.steps(),
              "must be > 0 and less than train.steps, got " + warmup)
          .orThrow();
    }
  }

  public BenchRolloutJob() {
    super(
        "bench rollout",
        "Measures Cycle RL: rollouts/s, and each part's share of a step, as JSON.",
        Settings.class);
  }

  public static void main(String[] args) {
    JobRunner.main(new BenchRolloutJob(), args);
  }

  @Override
  public List<String> plan(Settings settings) {
    return List.of(
        String.format(
            Locale.ROOT,
            "%d steps of %d prompts, %d drawings each, after %d steps",
            settings.train().steps() - settings.warmup(),
            settings.train().batch(),
            settings.cycle().group(),
            settings.warmup()));
  }

  @Override
  public void run(Settings settings, JobContext context) throws Exception {
    Tensors.setThreadsPerTask(1);
    var values = new LinkedHashMap<String, Object>();
    values.put("what", "rollout");
    steps(settings, context, values);
    prefix(settings, values);
    context.console().println(new ObjectMapper().writeValueAsString(values));
  }

  private static void steps(Settings settings, JobContext context, Map<String, Object> values)
      throws IOException {
    var config = settings.model().onDisk(List.of(JanusConfig.FILE), JanusModel::readConfig);
    var rewards = settings.cycle().rewards().all();
    var policy = settings.policy();
    var seen = new Seen(settings.warmup());
    try (var start = StartModel.of(settings.model(), config.form(), config.grounding());
        var decoder =
            start.decoder(
                config.form(), settings.precision(), new LoraConfig(0, 1, LoraConfig.MODULES))) {
      var source =
          new TransformerSource<RolloutGroup>(
              TransformerSpec.ofModel(decoder),
              (model, frozen, reference) -> new PolicyObjective(model, policy, frozen, reference),
              policy.guide().isOn() ? settings.model() : null);
      var how =
          new CycleRollouts.How(
              settings.train().seed(),
              settings.cycle().group(),
              policy.sampling(),
              settings.cycle().reader(),
              rewards,
              true,
              policy.tokens().hasBoxes(),
              policy.loss().kl() > 0,
              settings.model());
      var supply =
          new CycleSupply(
              new CycleRollouts(how, start.grounding(config.form(), settings.precision()), null),
              settings.cycle(),
              settings.train().batch(),
              new ShapePrompts(new ShapeScenes(settings.train().seed(), SCENE, 0.5)),
              step -> List.of(),
              Optional.empty());
      try (var training =
          Training.here(
              context.spark(),
              new Training.Plan<>("bench", source, settings.train()),
              start.weights())) {
        while (training.step() < settings.train().steps()) {
          var portion = supply.next(training, seen).orElseThrow();
          training.run(portion.until(), portion.feed(), new Metrics());
        }
      }
      values.put("parameters", decoder.parameters().layout().size());
    }
    seen.put(settings, values);
  }

  /** Means over the steps that count. */
  private static final class Seen implements MetricSink {
    private final int warmup;
    private final Map<String, Double> sums = new LinkedHashMap<>();
    private int number;

    Seen(int warmup) {
      this.warmup = warmup;
    }

    @Override
    public void log(long step, Map<String, Double> found) {
      if (step > warmup && found.containsKey("time/update_s")) {
        number++;
        found.forEach((name, value) -> sums.merge(name, value, Double::sum));
      }
    }

    @Override
    public void close() {}

    private double mean(String name) {
      return sums.getOrDefault("time/" + name + "_s", 0.0) / Math.max(1, number);
    }

    void put(Settings settings, Map<String, Object> values) {
      double drawings = (double) settings.train().batch() * settings.cycle().group();
      double map = mean("rollout");
      double step = map + mean("update");
      double threads = mean("draw") + mean("ground") + mean("reward") + mean("score");
      values.put("drawings_a_step", drawings);
      values.put("rollouts_per_s", Medians.rounded(drawings / map));
      values.put("s_per_step", Medians.rounded(step));
      for (var part : List.of("draw", "ground", "reward", "score")) {
        values.put(
            "share_" + part, Medians.rounded(mean(part) / Math.max(threads, 1e-9) * map / step));
      }
      values.put("share_update", Medians.rounded(mean("update") / step));
    }
  }

  /** A group drawn after one text, against as many texts; alternating, the median of five. */
  private static void prefix(Settings settings, Map<String, Object> values) throws IOException {
    int group = settings.cycle().group();
    var scenes = new ShapeScenes(settings.train().seed(), SCENE, 0.5);
    try (var lease = ModelPool.lease(settings.model(), new RunMode(null, settings.precision()))) {
      var model = lease.value();
      var drawer = Drawer.of(model);
      var weights = model.weights().flat();
      int count = model.config().codes().perImage();
      var shared = new double[5];
      var apart = new double[5];
      for (int i = -1; i < shared.length; i++) {
        var layout = scenes.layout(SceneSplit.TRAIN, i + 1L);
        var uniforms = new double[group][];
        for (int k = 0; k < group; k++) {
          uniforms[k] = new SampleNoise(1).uniforms("" + i, k, count);
        }
        List<Layout> copies = new ArrayList<>(Collections.nCopies(group, layout));
        long start = System.nanoTime();
        drawer.draw(weights, List.of(layout), uniforms, settings.policy().sampling());
        long middle = System.nanoTime();
        drawer.draw(weights, copies, uniforms, settings.policy().sampling());
        if (i >= 0) {
          shared[i] = (middle - start) * 1e-9;
          apart[i] = (System.nanoTime() - middle) * 1e-9;
        }
      }
      values.put("prefix_gain", Medians.rounded(Medians.of(apart) / Medians.of(shared)));
    }
  }
}
