package ai.echogen.train.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.echogen.data.LocalSpark;
import ai.echogen.objectives.Objective;
import ai.echogen.observe.MetricSink;
import ai.echogen.storage.Location;
import ai.echogen.torch.safetensors.SafetensorsModel;
import ai.echogen.train.CheckpointSettings;
import ai.echogen.train.DivergenceSettings;
import ai.echogen.train.EvalSettings;
import ai.echogen.train.ExchangeSettings;
import ai.echogen.train.ExchangeSettings.Wire;
import ai.echogen.train.OptimizerSettings;
import ai.echogen.train.OptimizerSettings.Method;
import ai.echogen.train.OptimizerSettings.Schedule;
import ai.echogen.train.StopSettings;
import ai.echogen.train.TrainerSettings;
import ai.echogen.train.TrainingException;
import ai.echogen.train.checkpoint.Checkpoints;
import ai.echogen.train.rollout.HeldOutLoss;
import ai.echogen.train.rollout.MapPhase;
import ai.echogen.train.rollout.MapSource;
import ai.echogen.train.step.ToyObjective;
import ai.echogen.train.step.ToyObjective.Fault;
import com.codahale.metrics.MetricRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checkpoints that are torn, disks that refuse, losses that are NaN. */
class TrainingTest {
  private static final int SIZE = 5000;
  private static final int STEPS = 12;

  @TempDir private Path temp;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final List<Long> logged = new ArrayList<>();
  private final List<Double> losses = new ArrayList<>();

  @Test
  void resumesFromTheNewestWholeCheckpointWithTheSameBits() throws IOException {
    var expected = train("whole", Fault.NONE, STEPS);
    train("paused", Fault.NONE, 8);
    assertThat(train("paused", Fault.NONE, STEPS)).isEqualTo(expected);
    assertThat(checkpoints("whole")).containsExactly("step-00000008", "step-00000012");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "optimizer-00001-of-00001.safetensors truncated",
        "model.safetensors flipped",
        "optimizer-00001-of-00001.safetensors missing",
        "trainer.json truncated",
        "trainer.json missing"
      })
  void aTornCheckpointIsPassedOverAndNamed(String damage) throws IOException {
    var expected = train("whole", Fault.NONE, STEPS);
    train("torn", Fault.NONE, 8);
    var words = damage.split(" ");
    var file = temp.resolve("torn/step-00000008").resolve(words[0]);
    var bytes = Files.readAllBytes(file);
    switch (words[1]) {
      case "truncated" -> Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length / 2));
      case "flipped" -> {
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
      }
      default -> Files.delete(file);
    }
    said.reset();
    logged.clear();
    assertThat(train("torn", Fault.NONE, STEPS)).isEqualTo(expected);
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("skipping checkpoint ", "step-00000008: " + words[0]);
    assertThat(logged).startsWith(5L); // it went on after step 4
  }

  @Test
  void withoutAWholeCheckpointItSaysThatItStartsAgain() throws IOException {
    var expected = train("whole", Fault.NONE, STEPS);
    train("torn", Fault.NONE, 8);
    for (var name : checkpoints("torn")) {
      Files.delete(temp.resolve("torn").resolve(name).resolve("trainer.json"));
    }
    said.reset();
    assertThat(train("torn", Fault.NONE, STEPS)).isEqualTo(expected);
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("no checkpoint is whole: training starts from the beginning");
  }

  @Test
  void tornCheckpointsOfLaterStepsDoNotCostTheNewOne() throws IOException {
    var expected = train("whole", Fault.NONE, STEPS);
    Files.createDirectories(temp.resolve("torn/step-00000090"));
    Files.createDirectories(temp.resolve("torn/step-00000091"));
    train("torn", Fault.NONE, 8);
    assertThat(train("torn", Fault.NONE, STEPS)).isEqualTo(expected);
    assertThat(logged.subList(logged.size() - 4, logged.size())).containsExactly(9L, 10L, 11L, 12L);
    assertThat(logged).hasSize(2 * STEPS);
  }

  @Test
  void whatWasNotFinishedIsRemoved() throws IOException {
    train("paused", Fault.NONE, 8);
    Files.createDirectories(temp.resolve("paused/.writing-step-00000012"));
    Files.writeString(temp.resolve("paused/.writing-step-00000012/model.safetensors"), "half");
    train("paused", Fault.NONE, STEPS);
    assertThat(said.toString(StandardCharsets.UTF_8)).contains("not finished");
    assertThat(checkpoints("paused")).containsExactly("step-00000008", "step-00000012");
  }

  @Test
  void otherSettingsAreRefused() throws IOException {
    train("run", Fault.NONE, 8);
    assertThatThrownBy(() -> train("run", settings(0.5, STOP), "{\"optim\": {\"lr\": 2}}", STEPS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("optim.lr was 0.1, is 2");
  }

  @Test
  void aDirectoryThatCannotBeWrittenIsNamed() throws IOException {
    Files.writeString(temp.resolve("file"), "no directory");
    assertThatThrownBy(() -> train("file/run", Fault.NONE, STEPS))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("file/run")
        .hasMessageContaining("out=");
  }

  @Test
  void divergenceStopsWithTheWayOut() {
    assertThatThrownBy(() -> train("nan", new Fault(3, 99, Float.NaN), STEPS))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("NaN or infinite in 3 steps in a row")
        .hasMessageContaining("lower train.optim.lr");
  }

  @Test
  void divergenceGoesBackToTheLastCheckpointWithALowerLearningRateUntilNoneIsLeft() {
    assertThatThrownBy(
            () ->
                train(
                    "nan",
                    new Fault(5, 99, Float.NaN),
                    settings(0.1, DivergenceSettings.Then.ROLLBACK),
                    "{}",
                    STEPS))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("after 2 rollbacks");
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("back to step 4 with 0.5 times", "back to step 4 with 0.25 times");
  }

  @Test
  void aDriverThatStartsAgainRemembersItsRollbacks() {
    var rollback = settings(0.1, DivergenceSettings.Then.ROLLBACK);
    var fault = new Fault(5, 99, Float.NaN);
    assertThatThrownBy(() -> train("nan", fault, rollback, "{}", STEPS))
        .hasMessageContaining("after 2 rollbacks");
    said.reset();
    assertThatThrownBy(() -> train("nan", fault, rollback, "{}", STEPS))
        .hasMessageContaining("after 2 rollbacks");
    assertThat(said.toString(StandardCharsets.UTF_8)).doesNotContain("back to step");
  }

  @Test
  void aRollbackThatHelpsGoesOnWithTheLowerRate() throws IOException {
    // Infinite weights make infinite losses: too high a rate, which the lower one does not reach.
    var rollback = settings(1e38, DivergenceSettings.Then.ROLLBACK, 1e-38);
    var hash = train("high", Fault.NONE, rollback, "{}", STEPS);
    assertThat(said.toString(StandardCharsets.UTF_8)).contains("back to step 0 with 1.0E-38");
    assertThat(hash).hasSize(64);
    assertThat(Files.readString(temp.resolve("high/step-00000012/trainer.json")))
        .contains("\"lr_scale\" : 1.0E-38");
  }

  @ParameterizedTest
  @EnumSource(ExchangeSettings.Mode.class)
  void anExceptionAfterTheUpdateIsMadeGoodWithTheSameBits(ExchangeSettings.Mode mode)
      throws IOException {
    var settings = settings(mode);
    var expected = train("whole", Fault.NONE, settings, "{}", STEPS);
    var failed = new AtomicBoolean();
    ToyObjective.AFTER =
        step -> {
          if (step == 5 && failed.compareAndSet(false, true)) {
            throw new IllegalStateException("a transient failure");
          }
        };
    try {
      assertThat(train("failed", Fault.NONE, settings, "{}", STEPS)).isEqualTo(expected);
    } finally {
      ToyObjective.AFTER = step -> {};
    }
    assertThat(failed).isTrue();
    assertThat(said.toString(StandardCharsets.UTF_8)).contains("reading the last checkpoint again");
  }

  @Test
  void failuresThatAlwaysDifferEndTheRunAsWell() {
    var count = new AtomicInteger();
    ToyObjective.AFTER =
        step -> {
          if (step == 5) {
            throw new IllegalStateException("failure number " + count.incrementAndGet());
          }
        };
    try {
      assertThatThrownBy(() -> train("failed", Fault.NONE, STEPS))
          .isInstanceOf(TrainingException.class)
          .hasMessageContaining("failure number");
    } finally {
      ToyObjective.AFTER = step -> {};
    }
    assertThat(count.get()).isBetween(2, 10);
  }

  @Test
  void withoutACheckpointALostStateEndsTheRunAndSaysWhy() throws IOException {
    ToyObjective.AFTER =
        step -> {
          throw new IllegalStateException("a failure after the update");
        };
    var objective = new ToyObjective(SIZE, Fault.NONE);
    var plan =
        new Training.Plan<>("toy", new ToyObjective.Source(SIZE, 0, 0, 0), settings(0.1, STOP));
    try (var training = Training.here(LocalSpark.session(), plan, objective.weights())) {
      assertThatThrownBy(() -> training.run(STEPS, ToyObjective.samples(SIZE, 32), new Steps()))
          .isInstanceOf(TrainingException.class)
          .hasMessageContaining("the weights are lost")
          .hasMessageContaining("a failure after the update");
    } finally {
      ToyObjective.AFTER = step -> {};
    }
  }

  @Test
  void replicasWorkOnItemsBetweenStepsWithTheWeightsAsTheyAre() throws IOException {
    var objective = new ToyObjective(SIZE, Fault.NONE);
    var plan =
        new Training.Plan<>("toy", new ToyObjective.Source(SIZE, 0, 0, 0), settings(0.1, STOP));
    try (var training = Training.here(LocalSpark.session(), plan, objective.weights())) {
      var items = IntStream.range(0, 100).boxed().toList();
      var before = training.map(new FirstWeights(), items).orElseThrow();
      assertThat(before).hasSize(100);
      assertThat(before.get(7)).startsWith("7 at 0: ");
      training.run(4, ToyObjective.samples(SIZE, 32), new Steps());
      var after = training.map(new FirstWeights(), items).orElseThrow();
      assertThat(after.get(99)).startsWith("99 at 4: ");
      assertThat(after.get(7).substring(8)).isNotEqualTo(before.get(7).substring(8));
      assertThat(after.stream().map(text -> text.substring(text.indexOf(':'))).distinct())
          .hasSize(1);
    }
  }

  /** Says where the weights stand. */
  private record FirstWeights() implements MapSource<float[], Integer, String> {
    @Override
    public String key() {
      return "first weights";
    }

    @Override
    public MapPhase<Integer, String> open(Objective<float[]> objective, Device device) {
      return new MapPhase<>() {
        @Override
        public String map(NDArray weights, long step, Integer item) {
          return "%d at %d: %s".formatted(item, step, weights.toFloatArray()[0]);
        }

        @Override
        public void close() {}
      };
    }
  }

  @Test
  void theHeldOutLossFallsAndIsTheSameInOneThread() throws IOException {
    var objective = new ToyObjective(SIZE, Fault.NONE);
    var plan =
        new Training.Plan<>("toy", new ToyObjective.Source(SIZE, 0, 0, 0), settings(0.1, STOP));
    var heldOut = new HeldOutLoss<>(ToyObjective.samples(SIZE, 12), 4);
    assertThat(heldOut.items(500)).containsExactly(0L, 1L, 2L);
    try (var training = Training.here(LocalSpark.session(), plan, objective.weights())) {
      double before = HeldOutLoss.mean(training.map(heldOut, heldOut.items(500)).orElseThrow())[0];
      training.run(STEPS, ToyObjective.samples(SIZE, 32), new Steps());
      double after = HeldOutLoss.mean(training.map(heldOut, heldOut.items(500)).orElseThrow())[0];
      assertThat(after).isLessThan(before);
      assertThat(heldOut.here(objective, training.weights(), 500)[0]).isEqualTo(after);
    }
  }

  @Test
  void jobsAndStagesAreNamedAfterTheirSteps() throws Exception {
    var sc = LocalSpark.session().sparkContext();
    var jobs = new ArrayList<String>();
    var stages = new ArrayList<String>();
    var listener =
        new SparkListener() {
          @Override
          public void onJobStart(SparkListenerJobStart job) {
            jobs.add(job.properties().getProperty("spark.job.description"));
            job.stageInfos().foreach(objective -> stages.add(objective.name()));
          }
        };
    sc.addSparkListener(listener);
    train("named", Fault.NONE, STEPS);
    sc.listenerBus().waitUntilEmpty();
    sc.removeSparkListener(listener);
    assertThat(jobs).containsExactly("toy steps 0-3", "toy steps 4-7", "toy steps 8-11");
    assertThat(stages).isEqualTo(jobs);
  }

  @Test
  void gaugesShowTheLatestSteps() throws IOException {
    var registry = new MetricRegistry();
    var context =
        (PluginContext)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {PluginContext.class},
                (proxy, method, args) ->
                    method.getName().equals("metricRegistry") ? registry : null);
    new TrainPlugin().driverPlugin().registerMetrics("app", context);
    assertThat(registry.gauge("loss").getValue()).isEqualTo(0.0);
    train("shown", Fault.NONE, STEPS);
    assertThat(registry.gauge("step").getValue()).isEqualTo((double) STEPS);
    assertThat(registry.gauge("loss").getValue()).isEqualTo(losses.get(STEPS - 1));
    assertThat((Double) registry.gauge("tokens_per_second").getValue()).isPositive();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 1})
  void gradientsAreComputedWithTheOperatorThreadsThatThePlanSays(int threads) throws IOException {
    var seen = ConcurrentHashMap.<Integer>newKeySet();
    ToyObjective.WITHIN = () -> seen.add(JniUtils.getNumThreads());
    try {
      train("threads-" + threads, Fault.NONE, settings(0.1, STOP), "{}", STEPS, threads);
    } finally {
      ToyObjective.WITHIN = () -> {};
    }
    assertThat(seen).containsExactly(threads);
  }

  private static final DivergenceSettings.Then STOP = DivergenceSettings.Then.STOP;

  private String train(String out, Fault fault, long until) throws IOException {
    return train(out, fault, settings(0.1, STOP), "{\"optim\": {\"lr\": 0.1}}", until);
  }

  private String train(String out, TrainerSettings settings, String configuration, long until)
      throws IOException {
    return train(out, Fault.NONE, settings, configuration, until);
  }

  private String train(
      String out, Fault fault, TrainerSettings settings, String configuration, long until)
      throws IOException {
    return train(out, fault, settings, configuration, until, 1);
  }

  private String train(
      String out,
      Fault fault,
      TrainerSettings settings,
      String configuration,
      long until,
      int operatorThreads)
      throws IOException {
    var objective = new ToyObjective(SIZE, fault);
    var spark = LocalSpark.session();
    var console = new PrintStream(said, true, StandardCharsets.UTF_8);
    var checkpoints =
        new Checkpoints(
            Location.of(temp.resolve(out)),
            objective.layout(),
            new OneFile(),
            configuration,
            Map.of(),
            console);
    try (var training =
        new Training<>(
            spark,
            new Training.Plan<>(
                "toy",
                new ToyObjective.Source(SIZE, fault.from(), fault.to(), fault.value()),
                settings,
                operatorThreads),
            objective.weights(),
            Optional.of(checkpoints),
            console)) {
      training.resume();
      training.run(until, ToyObjective.samples(SIZE, 32), new Steps());
      training.checkpoint();
      return training.weights().sha256();
    }
  }

  private List<String> checkpoints(String out) throws IOException {
    try (var entries = Files.list(temp.resolve(out))) {
      return entries.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  private static TrainerSettings settings(ExchangeSettings.Mode mode) {
    var all = settings(0.1, STOP);
    return new TrainerSettings(
        all.steps(),
        all.batch(),
        all.microShards(),
        all.seed(),
        all.logEvery(),
        all.checkpoints(),
        all.eval(),
        new ExchangeSettings(mode, Wire.FLOAT32, 2, 2, 0.7, 0.9),
        all.divergence(),
        StopSettings.STANDARD,
        all.optim());
  }

  private static TrainerSettings settings(double lr, DivergenceSettings.Then then) {
    return settings(lr, then, 0.5);
  }

  private static TrainerSettings settings(
      double lr, DivergenceSettings.Then then, double lrFactor) {
    return new TrainerSettings(
        STEPS,
        8,
        4,
        3,
        1,
        new CheckpointSettings(4, 2, 1 << 20),
        EvalSettings.NEVER,
        ExchangeSettings.everyStep(Wire.FLOAT32),
        new DivergenceSettings(3, then, lrFactor, 2),
        StopSettings.STANDARD,
        new OptimizerSettings(
            Method.ADAMW, lr, 0, Schedule.CONSTANT, 1, 0.9, 0.99, 1e-8, 0.95, 0, 1e9));
  }

  private final class Steps implements MetricSink {
    @Override
    public void log(long step, Map<String, Double> values) {
      logged.add(step);
      losses.add(values.get("loss"));
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
