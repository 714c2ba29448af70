package ai.echogen.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.train.ExchangeSettings.Mode;
import ai.echogen.train.ExchangeSettings.Wire;
import ai.echogen.train.OptimizerSettings.Method;
import ai.echogen.train.OptimizerSettings.Schedule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a training needs, in bytes of 4 a number. */
class TrainingMemoryTest {
  private static final ExchangeSettings EVERY_STEP = ExchangeSettings.everyStep(Wire.FLOAT32);

  @Test
  void adamKeepsTwoMomentsAndEachThreadAPass() {
    var memory = TrainingMemory.of(settings(Method.ADAMW, EVERY_STEP), 1000, 0, 2, 77);
    assertThat(memory.weights()).isEqualTo(4 * 1000);
    assertThat(memory.optimizer()).isEqualTo(4 * 2000);
    assertThat(memory.gradients()).isEqualTo(4 * 4000);
    assertThat(memory.passes()).isEqualTo(2 * 77);
    assertThat(memory.sum()).isEqualTo(memory.base() + 4 * 7000 + 2 * 77);
  }

  @Test
  void plainDescentKeepsNoMomentsAndAnAdapterReadsItsBase() {
    var memory = TrainingMemory.of(settings(Method.SGD, EVERY_STEP), 10, 1000, 1, 0);
    assertThat(memory.weights()).isEqualTo(4 * 1010);
    assertThat(memory.optimizer()).isZero();
  }

  @Test
  void roundsKeepEachWorkersMomentsTwiceAndWhatItMoved() {
    var rounds = new ExchangeSettings(Mode.ROUNDS, Wire.FLOAT32, 2, 5, 0.7, 0.9);
    var memory = TrainingMemory.of(settings(Method.ADAMW, rounds), 1000, 0, 1, 0);
    assertThat(memory.optimizer()).isEqualTo(4 * 1000 * (2 + 2 * (4 + 1)));
    assertThat(memory.gradients()).isEqualTo(4 * 1000 * 2); // a worker has half the micro-shards
  }

  @Test
  void moreThreadsThanMicroShardsFindNoWork() {
    var memory = TrainingMemory.of(settings(Method.ADAMW, EVERY_STEP), 1000, 0, 99, 77);
    assertThat(memory)
        .isEqualTo(TrainingMemory.of(settings(Method.ADAMW, EVERY_STEP), 1000, 0, 4, 77));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1",
    "2, 1, 2",
    "4, 1, 3",
    "8, 1, 4",
    "4, 2, 4",
    "8, 2, 6",
    "16, 4, 12",
    "4, 4, 4"
  })
  void sumsWaitForTheirSiblings(int microShards, int threads, int buffers) {
    assertThat(TrainingMemory.numBuffers(microShards, threads)).isEqualTo(buffers);
  }

  @Test
  void peopleAreToldTheSumAndItsParts() {
    var memory = new TrainingMemory(2, 430_000_000, 1_000_000_000, 2_000_000_000, 5_000_000, 0);
    assertThat(memory.lines())
        .containsExactly(
            "memory with 2 threads          3.44 GB",
            "  Java and libtorch            0.43 GB",
            "  weights                      1.00 GB",
            "  moments                      2.00 GB",
            "  gradients                    0.01 GB",
            "  forward and backward passes  0.00 GB");
  }

  private static TrainerSettings settings(Method method, ExchangeSettings exchange) {
    return new TrainerSettings(
        10,
        8,
        4,
        1,
        10,
        CheckpointSettings.AT_THE_END,
        EvalSettings.NEVER,
        exchange,
        DivergenceSettings.STOP_AFTER_TEN,
        StopSettings.STANDARD,
        new OptimizerSettings(
            method, 1e-3, 0, Schedule.CONSTANT, 0, 0.9, 0.95, 1e-8, 0.95, 0.1, 1));
  }
}
