package ai.echogen.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.data.LocalSpark;
import ai.echogen.data.feed.Feed;
import ai.echogen.data.feed.MemoryFeed;
import ai.echogen.observe.JsonlSink;
import ai.echogen.storage.Location;
import ai.echogen.torch.safetensors.SafetensorsModel;
import ai.echogen.torch.weights.Weights;
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
import ai.echogen.train.checkpoint.Checkpoints;
import ai.echogen.train.cluster.HeldOutEvaluator;
import ai.echogen.train.cluster.Supply;
import ai.echogen.train.step.ToyObjective;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs whose weights walk by one a step from 0 to the training targets at 10, and on their way past
 * the held-out targets at 3.4: the held-out loss is best after step 3.
 */
class TrainingRunTest {
  private static final int SIZE = 4;

  @TempDir private Path temp;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private float finished;

  @Test
  void stopsWhenTheHeldOutLossHasNotBecomeBetterAndLeavesTheBestModel() throws IOException {
    train(new EvalSettings(1, 3, 8, "test", false), Optional.empty());

    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("stopped early at step 6", "the model is that of step 3, the best");
    assertThat(finished).isEqualTo(3, within());
    assertThat(evaluations()).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    assertThat(checkpoints()).contains("step-00000003", "step-00000006");
  }

  @Test
  void whatHasStoppedEarlyDoesNotGoOn() throws IOException {
    var eval = new EvalSettings(1, 3, 8, "test", false);
    train(eval, Optional.empty());
    finished = 0;
    train(eval, Optional.empty());

    assertThat(finished).isEqualTo(3, within());
    assertThat(checkpoints()).contains("step-00000003").doesNotContain("step-00000007");
  }

  @Test
  void aPausedRunRemembersItsBest() throws IOException {
    var eval = new EvalSettings(1, 3, 8, "test", false);
    train(eval, Optional.of(4L));
    assertThat(finished).isZero();
    train(eval, Optional.empty());

    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("resumed at step 4", "stopped early at step 6");
    assertThat(finished).isEqualTo(3, within());
  }

  @Test
  void withoutEvaluationsTheModelIsTheLast() throws IOException {
    train(EvalSettings.NEVER, Optional.empty());

    assertThat(finished).isGreaterThan(8);
    assertThat(evaluations()).isEmpty();
  }

  private static org.assertj.core.data.Offset<Float> within() {
    return org.assertj.core.api.Assertions.within(0.5f);
  }

  private void train(EvalSettings eval, Optional<Long> pauseAt) throws IOException {
    var unused = LocalSpark.session();
    var console = new PrintStream(said, true, StandardCharsets.UTF_8);
    var settings =
        new TrainerSettings(
            12,
            8,
            2,
            1,
            1,
            new CheckpointSettings(0, 1, 1 << 20),
            eval,
            ExchangeSettings.everyStep(Wire.FLOAT32),
            DivergenceSettings.STOP_AFTER_TEN,
            StopSettings.STANDARD,
            new OptimizerSettings(
                Method.ADAMW, 1, 0, Schedule.CONSTANT, 1, 0.9, 0.99, 1e-8, 0.95, 0, 1e9));
    var subject =
        new TrainingRun.Subject<>(
            new ToyObjective.Source(SIZE, 0, 0, 0),
            Supply.of(targets(10)),
            Weights.zeros(new ToyObjective(SIZE, ToyObjective.Fault.NONE).layout()),
            new OneFile(),
            Map.of(),
            List.of(new HeldOutEvaluator<>(targets(3.4f), 8, 8)),
            OptionalLong.of(0));
    var context = new JobContext("toy", List.of(), "{}", console); // its session is the tests'
    try (var files =
        new RunFiles(TrainingRun.Resume.AUTO.in(Location.of(temp.resolve("run"))), context)) {
      new TrainingRun("toy", settings, TrainingRun.Resume.AUTO, pauseAt)
          .train(context, files, subject, weights -> finished = weights.values("matrix")[0]);
    }
  }

  private List<Long> evaluations() {
    return JsonlSink.read(temp.resolve("run/metrics.jsonl")).stream()
        .filter(entry -> entry.values().containsKey("eval.loss"))
        .map(JsonlSink.Entry::step)
        .toList();
  }

  private List<String> checkpoints() throws IOException {
    try (var entries = Files.list(temp.resolve("run/checkpoints"))) {
      return entries.map(path -> path.getFileName().toString()).toList();
    }
  }

  private static Feed<float[]> targets(float value) {
    var target = new float[SIZE];
    Arrays.fill(target, value);
    return MemoryFeed.of(Collections.nCopies(16, target), any -> 1);
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
