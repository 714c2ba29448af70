package ai.echogen.cluster;

import ai.djl.Device;
import ai.echogen.cluster.Bandit.Prompt;
import ai.echogen.cluster.Bandit.Pull;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.observe.MetricSink;
import ai.echogen.storage.Location;
import ai.echogen.torch.safetensors.SafetensorsModel;
import ai.echogen.train.CheckpointSettings;
import ai.echogen.train.DivergenceSettings;
import ai.echogen.train.EvalSettings;
import ai.echogen.train.ExchangeSettings;
import ai.echogen.train.ExchangeSettings.Mode;
import ai.echogen.train.ExchangeSettings.Wire;
import ai.echogen.train.OptimizerSettings;
import ai.echogen.train.OptimizerSettings.Method;
import ai.echogen.train.OptimizerSettings.Schedule;
import ai.echogen.train.StopSettings;
import ai.echogen.train.TrainerSettings;
import ai.echogen.train.checkpoint.Checkpoints;
import ai.echogen.train.cluster.Training;
import ai.echogen.train.rollout.RolloutFeed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;

/**
 * Trains a {@link Bandit} in a driver of its own: rollouts, advantages, an update of two steps, and
 * so on. Says the chance of the best arms and the weights' SHA-256.
 */
public final class BanditMain {
  private static final int ITERATIONS = 20;
  private static final int STEPS_AN_ITERATION = 2;
  private static final int ARMS_A_PROMPT = 12;
  private static final long SEED = 3;

  private BanditMain() {}

  /**
   * @param args {@code out=DIR}, and as they are wanted {@code rounds} (DiLoCo) and {@code twice}:
   *     two trainings at once in one application, which both say their hash
   */
  public static void main(String[] args) throws Exception {
    var words = List.of(args);
    var out =
        words.stream()
            .filter(word -> word.startsWith("out="))
            .map(word -> Path.of(word.substring("out=".length())))
            .findAny()
            .orElseThrow();
    var mode = words.contains("rounds") ? Mode.ROUNDS : Mode.SYNCHRONOUS;
    var conf = JobContext.sparkConf("bandit");
    try (var spark = SparkSession.builder().config(conf).getOrCreate()) {
      var others = Executors.newCachedThreadPool();
      try {
        var other =
            others.submit(
                () -> words.contains("twice") ? train(spark, out.resolve("other"), mode) : "");
        var hash = train(spark, out, mode);
        if (!other.get().isEmpty()) {
          System.out.println("the other's weights " + other.get());
        }
        System.out.println("weights sha256 " + hash);
      } finally {
        others.shutdownNow();
      }
    }
  }

  private static String train(SparkSession spark, Path out, Mode mode) throws IOException {
    Files.createDirectories(out);
    try (var training = training(spark, out, mode)) {
      long resumed = training.resume();
      if (resumed > 0) {
        System.out.println("resumed at step " + resumed);
      }
      var log = new Log(out.resolve("metrics.jsonl"));
      while (training.step() < (long) ITERATIONS * STEPS_AN_ITERATION) {
        iterate(training, log);
      }
      var weights = training.weights();
      var values = weights.values("policy");
      double chance =
          IntStream.range(0, Bandit.CONTEXTS)
              .mapToDouble(context -> Bandit.policy(values, context)[Bandit.best(context)])
              .average()
              .orElseThrow();
      System.out.printf("chance of the best arms %.3f%n", chance);
      return weights.sha256();
    }
  }

  private static void iterate(Training<Pull> training, MetricSink log) throws IOException {
    long first = training.step();
    long iteration = first / STEPS_AN_ITERATION;
    var prompts =
        IntStream.range(0, Bandit.CONTEXTS)
            .mapToObj(context -> new Prompt(context, iteration, ARMS_A_PROMPT))
            .toList();
    var groups = training.map(new Bandit.Draw(SEED), prompts);
    if (groups.isEmpty()) {
      return; // the weights went back to a checkpoint, and so does the iteration
    }
    var samples = new ArrayList<Pull>();
    groups.get().forEach(group -> samples.addAll(Bandit.advantages(group, iteration)));
    training.run(
        first + STEPS_AN_ITERATION, new RolloutFeed<>(first, samples, STEPS_AN_ITERATION), log);
  }

  private static Training<Pull> training(SparkSession spark, Path out, Mode mode)
      throws IOException {
    var settings =
        new TrainerSettings(
            (long) ITERATIONS * STEPS_AN_ITERATION,
            Bandit.CONTEXTS * ARMS_A_PROMPT / STEPS_AN_ITERATION,
            4,
            SEED,
            STEPS_AN_ITERATION,
            new CheckpointSettings(4 * STEPS_AN_ITERATION, 2, 1 << 20),
            EvalSettings.NEVER,
            new ExchangeSettings(mode, Wire.FLOAT32, 2, STEPS_AN_ITERATION, 0.7, 0.9),
            DivergenceSettings.STOP_AFTER_TEN,
            StopSettings.STANDARD,
            new OptimizerSettings(
                Method.ADAMW, 0.15, 0, Schedule.CONSTANT, 1, 0.9, 0.99, 1e-8, 0.95, 0, 10));
    var checkpoints =
        new Checkpoints(
            Location.of(out.resolve("checkpoints")),
            Bandit.layout(),
            new OneFile(),
            "{}",
            Map.of(),
            System.out);
    return new Training<>(
        spark,
        new Training.Plan<>("bandit", new Bandit.Source(), settings),
        Bandit.start(Device.cpu()),
        Optional.of(checkpoints),
        System.out);
  }

  private record Log(Path file) implements MetricSink {
    @Override
    public void log(long step, Map<String, Double> values) {
      try {
        Files.writeString(
            file,
            step + " " + values + "\n",
            StandardCharsets.UTF_8,
            StandardOpenOption.CREATE,
            StandardOpenOption.APPEND);
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }

    @Override
    public void close() {}
  }

  private static final class OneFile implements Checkpoints.ModelFiles {
    @Override
    public List<String> names(int parts) {
      return SafetensorsModel.fileNames(parts);
    }

    @Override
    public void complete(Path directory, Map<String, String> fileOfTensor, long numBytes) {}
  }
}
