package ai.echogen.engine;

import ai.echogen.engine.Roll.Broken;
import ai.echogen.engine.Roll.Failed;
import ai.echogen.engine.Roll.Holding;
import ai.echogen.engine.Roll.Join;
import ai.echogen.engine.Roll.Leave;
import ai.echogen.engine.Roll.Member;
import ai.echogen.engine.Roll.Message;
import ai.echogen.engine.Roll.Over;
import ai.echogen.engine.Roll.Plan;
import ai.echogen.engine.Roll.Progress;
import ai.echogen.engine.Roll.Pulse;
import ai.echogen.engine.Roll.PulseReply;
import ai.echogen.engine.Roll.Reply;
import ai.echogen.engine.Roll.Transfer;
import ai.echogen.engine.Roll.Wait;
import ai.echogen.engine.Roll.Wrote;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Who trains together during one segment of steps; it lives on the driver.
 *
 * <p>Tasks have no parts of their own: each joins, and those that are there form a generation, one
 * of each executor. When one is lost, or newcomers wait, the others join again and form the next
 * generation from the furthest state that is left. Whoever takes part, the weights are the same.
 */
final class Roster {
  private static final Map<String, Roster> RUNNING = new ConcurrentHashMap<>();
  private static final long GRACE = 5_000_000_000L; // for executors that are on their way
  private static final int MOST_BREAKS = 8; // without a step in between
  private static final long SILENCE = 60_000_000_000L;

  /**
   * What the tasks are to do.
   *
   * @param firstGeneration above all of earlier segments of the run
   * @param files of the checkpoint at the end, if one is due
   */
  record Goal(String run, int firstGeneration, long end, List<CheckpointFile> files) {}

  private static final class Seat {
    final Member member;
    Join waiting;
    @Nullable Plan plan;
    long heard = System.nanoTime();
    boolean working;

    Seat(Join join) {
      this.member = join.member();
      this.waiting = join;
    }
  }

  private final Goal goal;
  private final Shelves shelves;
  private final int expected;
  private final Consumer<String> notices;
  private final Map<Long, Seat> seats = new TreeMap<>();
  private final Map<String, CheckpointFile.Written> written = new TreeMap<>();
  private final Map<String, Integer> failures = new HashMap<>();
  private int generation;
  private boolean broken;
  private boolean over;
  private boolean diverged;
  private @Nullable Failed failure;
  private Consumer<Progress> records = steps -> {};
  private int skippedInRow;
  private boolean formed;
  private int breaks;
  private long firstWaiting = System.nanoTime();

  /**
   * @param expected executors that are there at the beginning
   * @param notices is told when the executors that train change
   */
  Roster(Goal goal, Shelves shelves, int expected, Consumer<String> notices) {
    this.goal = goal;
    this.shelves = shelves;
    this.expected = expected;
    this.generation = goal.firstGeneration() - 1;
    this.notices = notices;
  }

  /** Where steps are told, one at a time, on any thread. */
  void listen(MetricWindow window, LongConsumer bytesSent) {
    records =
        steps -> {
          window.add(steps.records());
          bytesSent.accept(steps.bytesSent());
          skippedInRow = steps.skippedInRow();
        };
  }

  static Optional<Roster> of(String run) {
    return Optional.ofNullable(RUNNING.get(run));
  }

  void open() {
    RUNNING.put(goal.run(), this);
  }

  void close() {
    RUNNING.remove(goal.run());
  }

  /** Answers a task. */
  synchronized @Nullable Object receive(Message message) {
    if (message instanceof Join join) {
      return join(join);
    } else if (message instanceof Pulse pulse) {
      return pulse(pulse);
    } else if (message instanceof Progress steps) {
      breaks = 0;
      diverged |= steps.diverged();
      records.accept(steps);
    } else if (message instanceof Wrote wrote) {
      written.put(wrote.file().name(), wrote.file());
    } else if (message instanceof Failed failed) {
      failed(failed);
    } else if (message instanceof Broken unreached) {
      broken(unreached);
    } else if (message instanceof Leave leave) {
      remove(leave.task());
    }
    return null;
  }

  /** An executor is gone, with all its tasks. */
  synchronized void lost(String executor) {
    seats.values().stream()
        .filter(seat -> seat.member.executor().equals(executor))
        .map(seat -> seat.member.task())
        .toList()
        .forEach(this::remove);
  }

  /** What was written of the checkpoint. */
  synchronized List<CheckpointFile.Written> written() {
    return List.copyOf(written.values());
  }

  /** Why training cannot go on, if it cannot. */
  synchronized Optional<Failed> failure() {
    return Optional.ofNullable(failure);
  }

  /** Whether there were too many steps in a row without a finite gradient. */
  synchronized boolean diverged() {
    return diverged;
  }

  /** Steps in a row, up to the last, without a finite gradient. */
  synchronized int skippedInRow() {
    return skippedInRow;
  }

  private Reply join(Join join) {
    long task = join.member().task();
    if (over || failure != null || diverged) {
      return new Over();
    }
    if (seats.values().stream()
        .anyMatch(
            other ->
                other.member.executor().equals(join.member().executor())
                    && other.member.task() != task)) {
      return new Wait(); // one task of each executor is enough; this one is there if that one fails
    }
    var seat = seats.computeIfAbsent(task, id -> new Seat(join));
    seat.heard = System.nanoTime();
    var plan = seat.plan;
    if (plan != null) {
      seat.plan = null;
      if (plan.generation() == generation && !broken) {
        seat.working = true;
        return plan;
      }
    }
    if (seat.working) { // it comes back from the generation
      seat.working = false;
    }
    seat.waiting = join;
    if (isFinished(join)) {
      over = true;
      return new Over();
    }
    dropSilent();
    if (canForm()) {
      form();
    }
    return new Wait();
  }

  private boolean isFinished(Join join) {
    return written.size() == goal.files().size()
        && join.holdings().contains(new Holding(Shelves.MODEL, goal.end()));
  }

  private boolean canForm() {
    if (seats.values().stream().anyMatch(seat -> seat.working)) {
      return false;
    }
    return generation >= goal.firstGeneration()
            && seats.values().stream().anyMatch(seat -> hasModel(seat.waiting))
        || seats.size() >= expected
        || System.nanoTime() - firstWaiting > GRACE;
  }

  private static boolean hasModel(Join join) {
    return join.holdings().stream().anyMatch(holding -> holding.key().equals(Shelves.MODEL));
  }

  private void form() {
    var members =
        seats.values().stream()
            .sorted(Comparator.comparing((Seat seat) -> seat.member.executor()))
            .toList();
    generation++;
    broken = false;
    long step =
        members.stream()
            .flatMap(seat -> seat.waiting.holdings().stream())
            .filter(holding -> holding.key().equals(Shelves.MODEL))
            .mapToLong(Holding::step)
            .max()
            .orElse(-1);
    var transfers = step < 0 ? Optional.<List<Transfer>>empty() : transfers(members, step);
    int skipped =
        members.stream()
            .filter(seat -> seat.waiting.holdings().contains(new Holding(Shelves.MODEL, step)))
            .mapToInt(seat -> seat.waiting.skippedInRow())
            .findFirst()
            .orElse(0);
    var missing =
        goal.files().stream()
            .map(CheckpointFile::name)
            .filter(name -> !written.containsKey(name))
            .toList();
    if (formed || members.size() != expected) {
      var who = members.size() == 1 ? "1 executor" : members.size() + " executors";
      notices.accept(
          transfers.isEmpty()
              ? who + ", reading the last checkpoint again"
              : "%s, from step %d on".formatted(who, step));
    }
    formed = true;
    for (int rank = 0; rank < members.size(); rank++) {
      members.get(rank).plan =
          new Plan(
              generation,
              rank,
              members.stream().map(seat -> seat.member).toList(),
              step,
              transfers.isEmpty(),
              skipped,
              transfers.orElse(List.of()),
              missing);
      members.get(rank).working = true; // until it comes back
    }
  }

  /** Who gives what to whom, or nothing if some of the state is nowhere. */
  private Optional<List<Transfer>> transfers(List<Seat> members, long step) {
    var transfers = new ArrayList<Transfer>();
    for (var key : shelves.keys()) {
      var wanted = new Holding(key, step);
      var holder =
          IntStream.range(0, members.size())
              .filter(rank -> members.get(rank).waiting.holdings().contains(wanted))
              .findFirst();
      if (holder.isEmpty()) {
        return Optional.empty();
      }
      for (int rank = 0; rank < members.size(); rank++) {
        if (shelves.keeps(rank, members.size(), key)
            && !members.get(rank).waiting.holdings().contains(wanted)) {
          transfers.add(new Transfer(key, holder.getAsInt(), rank));
        }
      }
    }
    return Optional.of(transfers);
  }

  private PulseReply pulse(Pulse pulse) {
    var seat = seats.get(pulse.task());
    if (seat != null) {
      seat.heard = System.nanoTime();
    }
    dropSilent();
    boolean alive = seat != null && pulse.generation() == generation && !broken && failure == null;
    return new PulseReply(
        alive, seats.values().stream().anyMatch(other -> !other.working && !over));
  }

  private void failed(Failed failed) {
    broken = true;
    if (failures.merge(failed.what(), 1, Integer::sum) > 1) { // once may be the machine's fault
      failure = failed;
    }
  }

  /** An executor that is lost is noticed soon; one that is there but cannot be reached is not. */
  private void broken(Broken unreached) {
    if (unreached.generation() != generation) {
      return;
    }
    broken = true;
    if (++breaks > MOST_BREAKS) {
      var what =
          "executors do not reach each other (%s): give them more memory with spark.executor.memory, or open their ports"
              .formatted(unreached.why());
      failure = new Failed(unreached.run(), what, "");
    }
  }

  private void remove(long task) {
    var seat = seats.remove(task);
    if (seat != null && seat.working) {
      broken = true;
      firstWaiting = System.nanoTime();
    }
  }

  private void dropSilent() {
    long now = System.nanoTime();
    seats.values().stream()
        .filter(seat -> now - seat.heard > SILENCE)
        .map(seat -> seat.member.task())
        .toList()
        .forEach(this::remove);
  }
}
