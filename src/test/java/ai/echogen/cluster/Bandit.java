package ai.echogen.cluster;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.echogen.data.CounterRandom;
import ai.echogen.objectives.Objective;
import ai.echogen.objectives.ObjectiveSource;
import ai.echogen.objectives.ParameterGroup;
import ai.echogen.objectives.ParameterGroup.Role;
import ai.echogen.objectives.Unit;
import ai.echogen.torch.weights.ParameterLayout;
import ai.echogen.torch.weights.Weights;
import ai.echogen.train.rollout.MapPhase;
import ai.echogen.train.rollout.MapSource;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.SparkEnv;

/**
 * A bandit with contexts, trained by its own rollouts: a policy π = softmax of a row of weights a
 * context, which draws arms; rewards on the driver; a policy gradient beside the divergence from a
 * frozen policy. It learns in seconds and has everything that reinforcement learning needs of the
 * engine.
 */
final class Bandit {
  static final int CONTEXTS = 6;
  static final int ARMS = 8;
  private static final double KL = 0.02; // weight of the divergence from the frozen policy

  private Bandit() {}

  /** One drawn arm, with its group-relative advantage once the driver knows it. */
  record Pull(int context, int arm, double advantage) implements Serializable {}

  /** A prompt: what is drawn depends on it and the weights alone. */
  record Prompt(int context, long iteration, int arms) implements Serializable {}

  /** The one arm of a context that pays. */
  static int best(int context) {
    return (3 * context + 1) % ARMS;
  }

  /** 1 for the best arm, else nothing, but for noise that is a function of its place. */
  static double reward(Pull pull, long iteration, int place) {
    var noise = CounterRandom.of(77, iteration, pull.context(), place).nextGaussian();
    return (pull.arm() == best(pull.context()) ? 1 : 0) + 0.1 * noise;
  }

  /** Advantages of a group: rewards less their mean, in units of their deviation. */
  static List<Pull> advantages(List<Pull> group, long iteration) {
    var rewards = new double[group.size()];
    Arrays.setAll(rewards, i -> reward(group.get(i), iteration, i));
    double mean = Arrays.stream(rewards).average().orElseThrow();
    double variance = Arrays.stream(rewards).map(r -> (r - mean) * (r - mean)).sum();
    double deviation = Math.sqrt(variance / (rewards.length - 1)) + 1e-4;
    var judged = new ArrayList<Pull>();
    for (int i = 0; i < rewards.length; i++) {
      var pull = group.get(i);
      judged.add(new Pull(pull.context(), pull.arm(), (rewards[i] - mean) / deviation));
    }
    return judged;
  }

  static ParameterLayout layout() {
    return new ParameterLayout.Builder().add("policy", CONTEXTS, ARMS).build();
  }

  /** What training starts from, and what stays beside it frozen. */
  static Weights start(Device device) {
    var weights = Weights.zeros(layout(), device);
    var values = new float[CONTEXTS * ARMS];
    var random = CounterRandom.of(5);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (0.3 * random.nextGaussian());
    }
    weights.set("policy", values);
    return weights;
  }

  static double[] policy(float[] weights, int context) {
    var chances = new double[ARMS];
    double sum = 0;
    for (int arm = 0; arm < ARMS; arm++) {
      chances[arm] = Math.exp(weights[context * ARMS + arm]);
      sum += chances[arm];
    }
    for (int arm = 0; arm < ARMS; arm++) {
      chances[arm] /= sum;
    }
    return chances;
  }

  /** Opens the loss, with a frozen reference on the weights' device. */
  record Source() implements ObjectiveSource<Pull> {
    @Override
    public Objective<Pull> open(Device device) {
      return new Loss(start(device));
    }
  }

  private record Loss(Weights reference) implements Objective<Pull> {
    @Override
    public ParameterLayout layout() {
      return Bandit.layout();
    }

    @Override
    public List<ParameterGroup> groups() {
      return List.of(new ParameterGroup(Role.MATRIX, 0, layout().size(), 1));
    }

    @Override
    public List<String> metrics() {
      return List.of("loss", "kl");
    }

    @Override
    public long[] counts(Pull pull) {
      return new long[] {1};
    }

    @Override
    public Outcome accumulate(
        NDManager manager, NDArray gradient, NDArray weights, Unit<Pull> unit) {
      var sum = new float[CONTEXTS * ARMS];
      var metrics = losses(weights, unit, sum);
      try (var scope = manager.newSubManager()) {
        gradient.addi(scope.create(sum));
      }
      return new Outcome(metrics, new NDList());
    }

    @Override
    public double[] measure(NDArray weights, Unit<Pull> unit) {
      return losses(weights, unit, new float[CONTEXTS * ARMS]);
    }

    private double[] losses(NDArray weights, Unit<Pull> unit, float[] gradient) {
      var now = weights.toFloatArray();
      var frozen = reference.flat().toFloatArray();
      double loss = 0;
      double divergence = 0;
      for (var pull : unit.samples()) {
        var p = policy(now, pull.context());
        var q = policy(frozen, pull.context());
        double kl = 0;
        for (int arm = 0; arm < ARMS; arm++) {
          kl += p[arm] * Math.log(p[arm] / q[arm]);
        }
        double share = 1.0 / unit.totals()[0];
        for (int arm = 0; arm < ARMS; arm++) {
          double drawn = (arm == pull.arm() ? 1 : 0) - p[arm];
          double klSlope = p[arm] * (Math.log(p[arm] / q[arm]) - kl);
          gradient[pull.context() * ARMS + arm] +=
              (float) (share * (-pull.advantage() * drawn + KL * klSlope));
        }
        loss += share * (-pull.advantage() * Math.log(p[pull.arm()]) + KL * kl);
        divergence += share * kl;
      }
      return new double[] {loss, divergence};
    }

    /** Fails once, after {@code spark.fault.throw} steps, in one of the executors. */
    @Override
    public void afterStep(long step, NDArray weights, List<NDList> sides) {
      var conf = SparkEnv.get().conf();
      if (step + 1 == conf.getLong("spark.fault.throw", -1)) {
        try {
          Files.createFile(Path.of(conf.get("spark.fault.marker")));
        } catch (FileAlreadyExistsException e) {
          return;
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        throw new IllegalStateException("a failure after the update of step " + step);
      }
    }

    @Override
    public void close() {
      reference.close();
    }
  }

  /** Draws arms with the policy as it is. */
  record Draw(long seed) implements MapSource<Pull, Prompt, ArrayList<Pull>> {
    @Override
    public String key() {
      return "draw arms";
    }

    @Override
    public MapPhase<Prompt, ArrayList<Pull>> open(Objective<Pull> objective, Device device) {
      return new Drawing(seed);
    }
  }

  private record Drawing(long seed) implements MapPhase<Prompt, ArrayList<Pull>> {
    @Override
    public ArrayList<Pull> map(NDArray weights, long step, Prompt prompt) {
      var chances = policy(weights.toFloatArray(), prompt.context());
      var pulls = new ArrayList<Pull>();
      for (int i = 0; i < prompt.arms(); i++) {
        double left = CounterRandom.of(seed, prompt.iteration(), prompt.context(), i).nextDouble();
        int arm = 0;
        while (arm < ARMS - 1 && left >= chances[arm]) {
          left -= chances[arm++];
        }
        pulls.add(new Pull(prompt.context(), arm, 0));
      }
      pause();
      return pulls;
    }

    /** Long enough that a killer finds it at work. */
    private static void pause() {
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void close() {}
  }
}
