package ai.echogen.train.cluster;

import static org.assertj.core.api.Assertions.assertThat;

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
import ai.echogen.train.checkpoint.CheckpointFile;
import ai.echogen.train.checkpoint.StateShards;
import ai.echogen.train.cluster.Protocol.Holding;
import ai.echogen.train.cluster.Protocol.Join;
import ai.echogen.train.cluster.Protocol.Over;
import ai.echogen.train.cluster.Protocol.Plan;
import ai.echogen.train.cluster.Protocol.Pulse;
import ai.echogen.train.cluster.Protocol.PulseReply;
import ai.echogen.train.cluster.Protocol.Transfer;
import ai.echogen.train.cluster.Protocol.Wait;
import ai.echogen.train.step.StepRecord;
import ai.echogen.train.sync.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Who trains with whom when tasks come, go and fail. */
class MembershipTest {
  private static final CheckpointFile FILE_A =
      new CheckpointFile("a", StateShards.MODEL, List.of("weights"), 0, 1);
  private static final CheckpointFile FILE_B =
      new CheckpointFile("b", StateShards.MODEL, List.of("first_moments"), 0, 1);

  private final List<String> notices = new ArrayList<>();
  private Membership membership = membership(2, List.of());

  @Test
  void theFirstOnesStartFromTheCheckpointWhenAllExpectedAreThere() {
    assertThat(join(1, "A", -1)).isInstanceOf(Wait.class);
    assertThat(join(1, "A", -1)).isInstanceOf(Wait.class);
    assertThat(join(2, "B", -1)).isInstanceOf(Wait.class);
    var first = plan(1, "A", -1);
    var second = plan(2, "B", -1);
    assertThat(first.fromCheckpoint()).isTrue();
    assertThat(first.rank()).isZero();
    assertThat(second.rank()).isEqualTo(1);
    assertThat(second.members()).isEqualTo(first.members()).hasSize(2);
    assertThat(alive(1, first)).isTrue();
  }

  @Test
  void whoIsLeftGoesOnAtOnceAndTheFurthestGivesItsState() {
    membership = membership(3, List.of());
    join(1, "A", -1);
    join(2, "B", -1);
    join(3, "C", -1);
    var old = plan(1, "A", -1);
    plan(2, "B", -1);
    plan(3, "C", -1);
    membership.lost("C");
    assertThat(alive(1, old)).isFalse();
    join(1, "A", 7);
    join(2, "B", 8); // it had got the last sum
    var first = plan(1, "A", 7);
    var second = plan(2, "B", 8);
    assertThat(first.generation()).isGreaterThan(old.generation());
    assertThat(first.step()).isEqualTo(8);
    assertThat(first.fromCheckpoint()).isFalse();
    assertThat(second.transfers()).containsExactly(new Transfer(StateShards.MODEL, 1, 0));
    assertThat(notices).anyMatch(notice -> notice.contains("2 executors, from step 8 on"));
  }

  @Test
  void oneThatComesBetweenTwoJobsIsTold() {
    var goal = new Membership.Goal("run", 0, 10, List.of(), 4, 4, -1);
    membership = membership(goal, 1, 2);
    join(1, "A", 4);
    join(2, "B", -1);
    plan(1, "A", 4);
    assertThat(membership.size()).isEqualTo(2);
    assertThat(notices).containsExactly("2 executors, from step 4 on");

    notices.clear();
    membership = membership(goal, 2, 2);
    join(1, "A", 4);
    join(2, "B", 4);
    plan(1, "A", 4);
    assertThat(notices).isEmpty();
  }

  @Test
  void aNewcomerIsTakenInWhenTheOthersStop() {
    var old = form();
    assertThat(regroup(1, old)).isFalse();
    assertThat(join(9, "C", -1)).isInstanceOf(Wait.class);
    assertThat(regroup(1, old)).isTrue();
    assertThat(alive(1, old)).isTrue(); // nobody is interrupted
    assertThat(join(1, "A", 5)).isInstanceOf(Wait.class);
    assertThat(join(2, "B", 5)).isInstanceOf(Wait.class);
    var newcomer = plan(9, "C", -1);
    assertThat(newcomer.members()).hasSize(3);
    assertThat(newcomer.transfers()).containsExactly(new Transfer(StateShards.MODEL, 0, 2));
  }

  @Test
  void aSecondTaskOfAnExecutorWaitsUntilTheFirstIsGone() {
    var old = form();
    assertThat(join(5, "A", 3)).isInstanceOf(Wait.class);
    assertThat(regroup(1, old)).isFalse();
    membership.receive(new Protocol.Leave("run", 1));
    join(5, "A", 3);
    join(2, "B", 3);
    assertThat(plan(5, "A", 3).members()).hasSize(2);
  }

  @Test
  void whenAllAreLostTheNextReadsTheCheckpointAgain() {
    form();
    membership.lost("A");
    membership.lost("B");
    join(3, "C", -1);
    join(4, "D", -1);
    assertThat(plan(3, "C", -1).fromCheckpoint()).isTrue();
  }

  @Test
  void itIsOverWhenOneStandsAtTheEnd() {
    var plan = form();
    assertThat(join(1, "A", 10)).isInstanceOf(Over.class);
    assertThat(alive(2, plan)).isTrue(); // it may finish its step
    assertThat(join(2, "B", 10)).isInstanceOf(Over.class);
    assertThat(join(7, "C", -1)).isInstanceOf(Over.class);
  }

  @Test
  void filesOfALostWriterAreWrittenByTheOthers() {
    membership = membership(2, List.of(FILE_A, FILE_B));
    var plan = form();
    assertThat(plan.missing()).containsExactly("a", "b");
    wrote("a");
    assertThat(join(1, "A", 10)).isInstanceOf(Wait.class);
    membership.lost("B");
    join(1, "A", 10);
    var next = plan(1, "A", 10);
    assertThat(next.missing()).containsExactly("b");
    wrote("b");
    assertThat(join(1, "A", 10)).isInstanceOf(Over.class);
    assertThat(membership.written()).hasSize(2);
  }

  @Test
  void whatFailsOnceIsTriedAgainAndWhatFailsTwiceEndsTheRun() {
    form();
    membership.receive(new Protocol.Failed("run", "no space left", ""));
    assertThat(membership.failure()).isEmpty();
    join(1, "A", 4);
    join(2, "B", 4);
    assertThat(plan(1, "A", 4).generation()).isPositive();
    membership.receive(new Protocol.Failed("run", "no space left", ""));
    assertThat(membership.failure().orElseThrow().what()).isEqualTo("no space left");
    assertThat(join(2, "B", 4)).isInstanceOf(Over.class);
  }

  @Test
  void aMemberThatCannotReachAnotherStopsTheOthersAsWell() {
    var plan = form();
    membership.receive(new Protocol.Broken("run", plan.generation(), "out of memory"));
    assertThat(alive(1, plan)).isFalse();
    assertThat(alive(2, plan)).isFalse();
    breakEightTimes();
    assertThat(membership.failure().orElseThrow().what())
        .contains("out of memory", "spark.executor.memory");
  }

  @Test
  void stepsInBetweenShowThatMembersDoReachEachOther() {
    var plan = form();
    membership.receive(new Protocol.Broken("run", plan.generation(), "out of memory"));
    membership.receive(progress(0));
    breakEightTimes();
    assertThat(membership.failure()).isEmpty();
  }

  @Test
  void manyFailuresOfDifferentTextEndTheRun() {
    form();
    for (int i = 0; i < 5; i++) {
      assertThat(membership.failure()).isEmpty();
      membership.receive(new Protocol.Failed("run", "no space left on device " + i, ""));
      join(1, "A", 4);
      join(2, "B", 4);
    }
    assertThat(membership.failure().orElseThrow().what()).contains("no space left on device 4");
  }

  @Test
  void stepsInBetweenShowThatFailuresPass() {
    form();
    for (int i = 0; i < 20; i++) {
      membership.receive(new Protocol.Failed("run", "no space left", ""));
      membership.receive(progress(i));
      join(1, "A", 4);
      join(2, "B", 4);
      plan(1, "A", 4);
    }
    assertThat(membership.failure()).isEmpty();
  }

  @Test
  void aTaskThatComesAfterTheEndIsToldSoBeforeItOpensAnything() {
    form();
    assertThat(hello("C").over()).isFalse();
    assertThat(hello("C").cores()).isEqualTo(1);
    join(1, "A", 10);
    assertThat(hello("C").over()).isTrue();
  }

  @Test
  void generationsDoNotOverflow() {
    var goal = new Membership.Goal("run", 3_000_000_000L, 10, List.of(), 0, 0, -1);
    membership = membership(goal, 2);
    assertThat(form().generation()).isGreaterThanOrEqualTo(3_000_000_000L);
  }

  @Test
  void aStateThatIsOlderThanTheSamplesIsLost() {
    membership = membership(new Membership.Goal("run", 0, 10, List.of(), 4, 8, -1), 2);
    join(1, "A", -1);
    assertThat(join(2, "B", -1)).isInstanceOf(Wait.class);
    assertThat(join(1, "A", -1)).isInstanceOf(Over.class);
    assertThat(membership.isLost()).isTrue();
  }

  /** As after such a loss: the samples that are there are still those of later steps. */
  @Test
  void aMapPhaseAtTheStoredStepNeedsNoSamples() {
    membership = membership(new Membership.Goal("run", 0, 4, List.of(), 4, 8, 5), 1);
    assertThat(join(1, "A", -1)).isInstanceOf(Wait.class);
    assertThat(plan(1, "A", -1).fromCheckpoint()).isTrue();
    assertThat(membership.isLost()).isFalse();
  }

  @Test
  void withoutACheckpointALostStateEndsTheRun() {
    membership = membership(new Membership.Goal("run", 0, 10, List.of(), -1, 0, -1), 2);
    membership.receive(new Protocol.Failed("run", "no space left", ""));
    join(1, "A", -1);
    join(2, "B", -1);
    assertThat(membership.failure().orElseThrow().what())
        .contains("the weights are lost", "no space left");
  }

  @Test
  void itemsOfALostMemberAreWorkedOnByOthersAndResultsKeepTheirOrder() {
    membership = membership(new Membership.Goal("run", 0, 10, List.of(), 0, 0, 5), 2);
    form();
    assertThat(claim(1, 2).items()).containsExactly(0, 1);
    assertThat(claim(2, 2).items()).containsExactly(2, 3);
    mapped(2, 3);
    membership.lost("A");
    assertThat(claim(1, 2).items()).isEmpty(); // it is nobody any more
    assertThat(claim(2, 9).items()).containsExactly(1, 0, 4);
    mapped(4, 1);
    assertThat(claim(2, 2).done()).isFalse();
    mapped(0, 2);
    assertThat(claim(2, 2).done()).isTrue();
    assertThat(join(2, "B", 10)).isInstanceOf(Over.class);
    assertThat(membership.results())
        .extracting(bytes -> (int) bytes[0])
        .containsExactly(0, 1, 2, 3, 4);
  }

  private Protocol.Claimed claim(long task, int most) {
    return (Protocol.Claimed)
        Objects.requireNonNull(membership.receive(new Protocol.Claim("run", task, most)));
  }

  private void mapped(int... items) {
    for (int item : items) {
      membership.receive(
          new Protocol.Mapped("run", List.of(item), List.of(new byte[] {(byte) item})));
    }
  }

  private Protocol.Welcome hello(String executor) {
    return (Protocol.Welcome)
        Objects.requireNonNull(membership.receive(new Protocol.Hello("run", executor)));
  }

  @Test
  void stepsThatAreMadeAgainShowNothing() {
    form();
    membership.receive(progress(5));
    for (int i = 0; i < 5; i++) {
      membership.receive(new Protocol.Failed("run", "failure " + i, ""));
      membership.receive(progress(4));
    }
    assertThat(membership.failure()).isPresent();
  }

  private static Protocol.Progress progress(long step) {
    var record = new StepRecord(step, new double[] {1}, 1, 0.1, false, 8, 100, 0, 0);
    return new Protocol.Progress("run", List.of(record), 0, 0, false);
  }

  private void breakEightTimes() {
    for (int i = 0; i < 8; i++) {
      join(1, "A", 4);
      join(2, "B", 4);
      var next = plan(1, "A", 4);
      plan(2, "B", 4);
      membership.receive(new Protocol.Broken("run", next.generation(), "out of memory"));
    }
  }

  @Test
  void aWorkersMomentsComeFromWhoeverKeepsThem() {
    var settings =
        settings(new ExchangeSettings(ExchangeSettings.Mode.ROUNDS, Wire.FLOAT32, 4, 5, 0.7, 0.9));
    membership =
        new Membership(
            new Membership.Goal("run", 0, 10, List.of(), 0, 0, -1),
            new StateShards(settings),
            0,
            3,
            executor -> 1,
            notices::add);
    membership.receive(join(1, "A", List.of("model", "worker-0", "worker-3")));
    membership.receive(join(2, "B", List.of("model", "worker-1", "worker-0")));
    membership.receive(join(3, "C", List.of("model", "worker-2", "worker-1")));
    var plan =
        (Plan)
            Objects.requireNonNull(
                membership.receive(join(1, "A", List.of("model", "worker-0", "worker-3"))));
    assertThat(plan.fromCheckpoint()).isFalse();
    // Three ranks: 0 works for worker 0, 1 for worker 1, 2 for workers 2 and 3; each keeps as well
    // what the one before it works for.
    assertThat(plan.transfers())
        .containsExactly(new Transfer("worker-2", 2, 0), new Transfer("worker-3", 0, 2));
  }

  private Plan form() {
    join(1, "A", -1);
    join(2, "B", -1);
    plan(2, "B", -1);
    return plan(1, "A", -1);
  }

  private Object join(long task, String executor, long step) {
    var holdings = step < 0 ? List.<Holding>of() : List.of(new Holding(StateShards.MODEL, step));
    return Objects.requireNonNull(
        membership.receive(new Join("run", new Member(task, executor, "host", 1), holdings, 0)));
  }

  private static Join join(long task, String executor, List<String> keys) {
    return new Join(
        "run",
        new Member(task, executor, "host", 1),
        keys.stream().map(key -> new Holding(key, 5)).toList(),
        0);
  }

  private Plan plan(long task, String executor, long step) {
    return (Plan) join(task, executor, step);
  }

  private boolean alive(long task, Plan plan) {
    return pulse(task, plan).alive();
  }

  private boolean regroup(long task, Plan plan) {
    return pulse(task, plan).regroup();
  }

  private PulseReply pulse(long task, Plan plan) {
    return (PulseReply)
        Objects.requireNonNull(membership.receive(new Pulse("run", task, plan.generation())));
  }

  private void wrote(String name) {
    membership.receive(
        new Protocol.Wrote("run", new CheckpointFile.Written(name, StateShards.MODEL, 1, "hash")));
  }

  private Membership membership(int expected, List<CheckpointFile> files) {
    return membership(new Membership.Goal("run", 0, 10, files, 0, 0, -1), expected);
  }

  private Membership membership(Membership.Goal goal, int expected) {
    return membership(goal, 0, expected);
  }

  private Membership membership(Membership.Goal goal, int before, int expected) {
    return new Membership(
        goal,
        new StateShards(settings(ExchangeSettings.everyStep(Wire.FLOAT32))),
        before,
        expected,
        executor -> 1,
        notices::add);
  }

  private static TrainerSettings settings(ExchangeSettings exchange) {
    return new TrainerSettings(
        10,
        8,
        4,
        1,
        1,
        CheckpointSettings.AT_THE_END,
        EvalSettings.NEVER,
        exchange,
        DivergenceSettings.STOP_AFTER_TEN,
        StopSettings.STANDARD,
        new OptimizerSettings(
            Method.ADAMW, 0.1, 0, Schedule.CONSTANT, 1, 0.9, 0.99, 1e-8, 0.95, 0, 1));
  }
}
