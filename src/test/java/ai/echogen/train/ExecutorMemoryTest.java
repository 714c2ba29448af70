package ai.echogen.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.train.ExchangeSettings.Mode;
import ai.echogen.train.ExchangeSettings.Wire;
import ai.echogen.train.OptimizerSettings.Method;
import ai.echogen.train.OptimizerSettings.Schedule;
import org.junit.jupiter.api.Test;

/** What one of several executors needs, in bytes of 4 a number. */
class ExecutorMemoryTest {
  private static final ExchangeSettings EVERY_STEP = ExchangeSettings.everyStep(Wire.FLOAT32);

  @Test
  void gradientsAreThoseOfItsMicroShards() {
    assertThat(TrainingMemory.of(settings(EVERY_STEP), 1, 1000, 0, 1, 0).gradients())
        .isEqualTo(4 * 4000);
    assertThat(TrainingMemory.of(settings(EVERY_STEP), 8, 1000, 0, 1, 0).gradients())
        .isEqualTo(4 * 1000);
    assertThat(TrainingMemory.of(settings(EVERY_STEP), 3, 1000, 0, 4, 77).passes())
        .isEqualTo(3 * 77);
  }

  @Test
  void roundsKeepTheMomentsOfTheWorkersOfTwoExecutors() {
    var rounds = new ExchangeSettings(Mode.ROUNDS, Wire.FLOAT32, 8, 5, 0.7, 0.9);
    assertThat(TrainingMemory.of(settings(rounds), 8, 1000, 0, 1, 0).optimizer())
        .isEqualTo(4 * 1000 * (2 + 1 + 2 * 4));
    assertThat(TrainingMemory.of(settings(rounds), 4, 1000, 0, 1, 0).optimizer())
        .isEqualTo(4 * 1000 * (2 + 2 + 4 * 4));
    assertThat(TrainingMemory.of(settings(rounds), 1, 1000, 0, 1, 0))
        .isEqualTo(TrainingMemory.of(settings(rounds), 1000, 0, 1, 0));
  }

  @Test
  void aGpuHasAContextInPlaceOfJava() {
    var memory = TrainingMemory.of(settings(EVERY_STEP), 1000, 0, 1, 0);
    assertThat(memory.onGpu(5).sum()).isEqualTo(memory.sum() - memory.base() + 5);
  }

  private static TrainerSettings settings(ExchangeSettings exchange) {
    return new TrainerSettings(
        10,
        8,
        8,
        1,
        10,
        CheckpointSettings.AT_THE_END,
        EvalSettings.NEVER,
        exchange,
        DivergenceSettings.STOP_AFTER_TEN,
        StopSettings.STANDARD,
        new OptimizerSettings(
            Method.ADAMW, 1e-3, 0, Schedule.CONSTANT, 0, 0.9, 0.95, 1e-8, 0.95, 0.1, 1));
  }
}
