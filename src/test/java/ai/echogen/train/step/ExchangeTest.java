package ai.echogen.train.step;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
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
import ai.echogen.train.checkpoint.StateShards;
import ai.echogen.train.cluster.Protocol;
import ai.echogen.train.cluster.Replica;
import ai.echogen.train.optim.Spans;
import ai.echogen.train.step.ToyObjective.Fault;
import ai.echogen.train.sync.GenerationOver;
import ai.echogen.train.sync.MemoryPeers;
import ai.echogen.train.sync.Peers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Synchronous training and rounds, in replicas that are threads. */
class ExchangeTest {
  private static final int SIZE = (int) Spans.length(Device.cpu()) + 321;
  private static final int STEPS = 6;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void synchronousTrainingHasTheSameBitsOnAnyNumberOfReplicas(int replicas) {
    var settings = settings(Method.ADAMW, 0.01, synchronous());
    assertThat(train(settings, replicas, Fault.NONE))
        .containsOnly(train(settings, 1, Fault.NONE).get(0));
  }

  @ParameterizedTest
  @CsvSource({"ADAMW, 2", "ADAMW, 3", "ADAMW, 4", "SGD, 2", "MUON, 2"})
  void roundsHaveTheSameBitsOnAnyNumberOfReplicas(Method method, int replicas) {
    var settings = settings(method, 0.01, rounds(4, 4, 0.7, 0.9));
    assertThat(train(settings, replicas, Fault.NONE))
        .containsOnly(train(settings, 1, Fault.NONE).get(0));
  }

  /**
   * The workers' moves are −lr·g each, the synchronous one −lr·Σg: products that are exact, as with
   * a power of two, are the same numbers either way.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void aRoundOfOneSgdStepAndAPlainOuterStepIsASynchronousStepBitForBit(int workers) {
    double lr = 1.0 / 64;
    var synchronous = settings(Method.SGD, lr, synchronous());
    var rounds = settings(Method.SGD, lr, rounds(workers, 1, 1, 0));
    assertThat(train(rounds, 1, Fault.NONE)).isEqualTo(train(synchronous, 1, Fault.NONE));
    assertThat(train(rounds, Math.min(workers, 2), Fault.NONE))
        .containsOnly(train(synchronous, 1, Fault.NONE).get(0));
  }

  @Test
  void withOneWorkerThatHoldsForAnyLearningRate() {
    var synchronous = settings(Method.SGD, 0.0123, synchronous());
    var rounds = settings(Method.SGD, 0.0123, rounds(1, 1, 1, 0));
    assertThat(train(rounds, 1, Fault.NONE)).isEqualTo(train(synchronous, 1, Fault.NONE));
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void aStepWithoutAFiniteGradientMovesNothingAndIsCounted(Mode mode) {
    var settings =
        settings(Method.ADAMW, 0.01, mode == Mode.ROUNDS ? rounds(1, 1, 1, 0) : synchronous());
    for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      var fault = new Fault(0, STEPS, value);
      var objective = new ToyObjective(SIZE, fault);
      try (var replica = replica(settings, objective)) {
        var before = replica.weights().sha256();
        var outcomes = run(replica, Peers.ALONE);
        assertThat(replica.weights().sha256()).isEqualTo(before);
        assertThat(outcomes).hasSize(STEPS);
        assertThat(outcomes.get(STEPS - 1).records().get(0).skipped()).isTrue();
        assertThat(outcomes.get(STEPS - 2).diverged()).isTrue(); // five in a row
        assertThat(outcomes.get(STEPS - 3).diverged()).isFalse();
      }
    }
  }

  @Test
  void aFiniteStepEndsTheRowOfThoseThatAreNot() {
    var settings = settings(Method.ADAMW, 0.01, synchronous());
    try (var replica = replica(settings, new ToyObjective(SIZE, new Fault(1, 3, Float.NaN)))) {
      var outcomes = run(replica, Peers.ALONE);
      assertThat(outcomes.stream().map(outcome -> outcome.records().get(0).skipped()))
          .containsExactly(false, true, true, false, false, false);
      assertThat(outcomes).noneMatch(Exchange.Outcome::diverged);
    }
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void aNewcomerThatIsGivenTheStateGoesOnWithTheSameBits(Mode mode) {
    var settings =
        settings(Method.ADAMW, 0.01, mode == Mode.ROUNDS ? rounds(2, 2, 0.7, 0.9) : synchronous());
    var expected = train(settings, 1, Fault.NONE).get(0);
    var objective = new ToyObjective(SIZE, Fault.NONE);
    try (var old = replica(settings, objective);
        var young = replica(settings, objective)) {
      while (old.exchange().step() < 2) {
        advance(old, Peers.ALONE);
      }
      var stateShards = new StateShards(settings);
      var transfers =
          stateShards.keys().stream()
              .filter(key -> stateShards.keeps(1, 2, key))
              .map(key -> new Protocol.Transfer(key, 0, 1))
              .toList();
      var plan = new Protocol.Plan(1, 0, List.of(), 2, false, 0, transfers, List.of());
      var hashes =
          MemoryPeers.together(
              2,
              peers -> {
                var replica = peers.rank() == 0 ? old : young;
                if (peers.rank() == 1) { // it knows nothing
                  stateShards.keys().forEach(key -> replica.exchange().open(key));
                }
                replica.transfer(plan, peers);
                replica
                    .exchange()
                    .settle(2, STEPS, 0, key -> stateShards.keeps(peers.rank(), 2, key));
                var unused = run(replica, peers);
                return replica.weights().sha256();
              });
      assertThat(hashes).containsOnly(expected);
    }
  }

  @Test
  void aNewcomersStateDoesNotPileUpWhereItArrives() {
    int size = 10 << 22; // ten chunks a tensor
    var settings = settings(Method.ADAMW, 0.01, synchronous());
    var transfers = List.of(new Protocol.Transfer(StateShards.MODEL, 0, 1));
    var plan = new Protocol.Plan(1, 0, List.of(), 0, false, 0, transfers, List.of());
    MemoryPeers.MOST_WAITING.set(0);
    var hashes =
        MemoryPeers.together(
            2,
            peers -> {
              var objective = new ToyObjective(size, Fault.NONE);
              try (var replica = new Replica<>(objective, settings, 1, objective.weights(), 1)) {
                if (peers.rank() == 0) {
                  replica.begin(0);
                }
                replica.transfer(plan, peers);
                return replica.weights().sha256();
              }
            });
    assertThat(hashes.get(1)).isEqualTo(hashes.get(0));
    long chunk = (1L << 22) * Float.BYTES;
    assertThat(MemoryPeers.MOST_WAITING.get()).isBetween(chunk, 5 * chunk); // of thirty
  }

  private static List<String> train(TrainerSettings settings, int replicas, Fault fault) {
    return MemoryPeers.together(
        replicas,
        peers -> {
          try (var replica = replica(settings, new ToyObjective(SIZE, fault))) {
            var unused = run(replica, peers);
            return replica.weights().sha256();
          }
        });
  }

  private static Replica<float[]> replica(TrainerSettings settings, ToyObjective objective) {
    var replica = new Replica<>(objective, settings, 1, objective.weights(), 2);
    try {
      replica.feed(0, ToyObjective.samples(SIZE, 8));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    replica.begin(0);
    replica.exchange().settle(0, STEPS, 0, key -> true);
    return replica;
  }

  private static List<Exchange.Outcome> run(Replica<?> replica, Peers peers) {
    var outcomes = new ArrayList<Exchange.Outcome>();
    while (replica.exchange().step() < STEPS) {
      outcomes.add(advance(replica, peers));
    }
    return outcomes;
  }

  private static Exchange.Outcome advance(Replica<?> replica, Peers peers) {
    try {
      return replica.exchange().advance(peers, false);
    } catch (GenerationOver | IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static ExchangeSettings synchronous() {
    return ExchangeSettings.everyStep(Wire.FLOAT32);
  }

  private static ExchangeSettings rounds(int workers, int innerSteps, double lr, double momentum) {
    return new ExchangeSettings(Mode.ROUNDS, Wire.FLOAT32, workers, innerSteps, lr, momentum);
  }

  private static TrainerSettings settings(Method method, double lr, ExchangeSettings exchange) {
    return new TrainerSettings(
        STEPS,
        8,
        4,
        3,
        1,
        CheckpointSettings.AT_THE_END,
        EvalSettings.NEVER,
        exchange,
        new DivergenceSettings(5, DivergenceSettings.Then.STOP, 0.5, 1),
        StopSettings.STANDARD,
        new OptimizerSettings(method, lr, 0, Schedule.CONSTANT, 1, 0.9, 0.99, 1e-8, 0.95, 0, 1e9));
  }
}
