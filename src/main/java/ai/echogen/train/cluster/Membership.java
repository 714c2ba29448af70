package ai.echogen.train.cluster;

import ai.echogen.train.checkpoint.CheckpointFile;
import ai.echogen.train.checkpoint.StateShards;
import ai.echogen.train.cluster.Protocol.Broken;
import ai.echogen.train.cluster.Protocol.Claim;
import ai.echogen.train.cluster.Protocol.Claimed;
import ai.echogen.train.cluster.Protocol.Failed;
import ai.echogen.train.cluster.Protocol.Hello;
import ai.echogen.train.cluster.Protocol.Holding;
import ai.echogen.train.cluster.Protocol.Join;
import ai.echogen.train.cluster.Protocol.Leave;
import ai.echogen.train.cluster.Protocol.Mapped;
import ai.echogen.train.cluster.Protocol.Message;
import ai.echogen.train.cluster.Protocol.Over;
import ai.echogen.train.cluster.Protocol.Plan;
import ai.echogen.train.cluster.Protocol.Progress;
import ai.echogen.train.cluster.Protocol.Pulse;
import ai.echogen.train.cluster.Protocol.PulseReply;
import ai.echogen.train.cluster.Protocol.Reply;
import ai.echogen.train.cluster.Protocol.Transfer;
import ai.echogen.train.cluster.Protocol.Wait;
import ai.echogen.train.cluster.Protocol.Welcome;
import ai.echogen.train.cluster.Protocol.Wrote;
import ai.echogen.train.step.StepRecord;
import ai.echogen.train.sync.Member;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
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
final class Membership {
  private static final Map<String, Membership> RUNNING = new ConcurrentHashMap<>();
  private static final long GRACE = 5_000_000_000L; // for executors that are on their way
  private static final long SILENCE = 60_000_000_000L;

  /**
   * What the tasks are to do.
   *
   * @param firstGeneration above all of earlier segments of the run
   * @param files of the checkpoint at the end, if one is due
   * @param storedStep of the newest checkpoint, or -1 if there is none
   * @param firstStep the first that there are samples of
   * @param numItems of the map phase at the end, or -1 if there is none
   */
  record Goal(
      String run,
      long firstGeneration,
      long end,
      List<CheckpointFile> files,
      long storedStep,
      long firstStep,
      int numItems) {}

  /** What Spark gives an executor. */
  interface Cores {
    /** Its cores, or 0 if nobody knows. */
    int of(String executor);
  }

  private static final class Candidate {
    final Member member;
    Join waiting;
    @Nullable Plan plan;
    long heard = System.nanoTime();
    boolean working;

    Candidate(Join join) {
      this.member = join.member();
      this.waiting = join;
    }
  }

  private final Goal goal;
  private final StateShards stateShards;
  private final int expected;
  private final Cores cores;
  private final Consumer<String> notices;
  private final @Nullable MapQueue queue;
  private final Map<Long, Candidate> candidates = new TreeMap<>();
  private final Map<String, CheckpointFile.Written> written = new TreeMap<>();
  private final Failures failures = new Failures();
  private long generation;
  private boolean broken;
  private boolean over;
  private boolean diverged;
  private boolean lost;
  private long furthest = -1;
  private Consumer<Progress> records = steps -> {};
  private int skippedInRow;
  private boolean formed;
  private int size; // executors that trained last; at first, those that are to
  private long firstWaiting = System.nanoTime();

  /**
   * @param before executors that trained up to here, or 0
   * @param expected executors that are there at the beginning
   * @param notices is told when the executors that train change
   */
  Membership(
      Goal goal,
      StateShards stateShards,
      int before,
      int expected,
      Cores cores,
      Consumer<String> notices) {
    this.goal = goal;
    this.cores = cores;
    this.queue = goal.numItems() < 0 ? null : new MapQueue(goal.numItems());
    this.stateShards = stateShards;
    this.size = before > 0 ? before : expected;
    this.expected = expected;
    this.generation = goal.firstGeneration() - 1;
    this.notices = notices;
  }

  /** Executors that trained last, or were to. */
  synchronized int size() {
    return size;
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

  static Optional<Membership> of(String run) {
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
    if (message instanceof Hello hello) {
      return new Welcome(isOver(), cores.of(hello.executor()), Living.runs());
    } else if (message instanceof Join join) {
      return join(join);
    } else if (message instanceof Pulse pulse) {
      return pulse(pulse);
    } else if (message instanceof Progress steps) {
      long last = steps.records().stream().mapToLong(StepRecord::step).max().orElse(-1);
      if (last > furthest) { // steps that are made again show nothing
        furthest = last;
        failures.passed();
      }
      diverged |= steps.diverged();
      records.accept(steps);
    } else if (message instanceof Wrote wrote) {
      written.put(wrote.file().name(), wrote.file());
    } else if (message instanceof Failed failed) {
      failed(failed);
    } else if (message instanceof Broken unreached) {
      broken(unreached);
    } else if (message instanceof Claim claim) {
      return claim(claim);
    } else if (message instanceof Mapped mapped) {
      mapped(mapped);
    } else if (message instanceof Leave leave) {
      remove(leave.task());
    }
    return null;
  }

  /** An executor is gone, with all its tasks. */
  synchronized void lost(String executor) {
    candidates.values().stream()
        .filter(candidate -> candidate.member.executor().equals(executor))
        .map(candidate -> candidate.member.task())
        .toList()
        .forEach(this::remove);
  }

  /** What was written of the checkpoint. */
  synchronized List<CheckpointFile.Written> written() {
    return List.copyOf(written.values());
  }

  /** Why training cannot go on, if it cannot. */
  synchronized Optional<Failed> failure() {
    return failures.fatal();
  }

  /** Whether there were too many steps in a row without a finite gradient. */
  synchronized boolean diverged() {
    return diverged;
  }

  /** Whether all state is gone, and the newest checkpoint is older than the samples. */
  synchronized boolean isLost() {
    return lost;
  }

  /** The results of the map phase, in the order of the items. */
  synchronized List<byte[]> results() {
    return Objects.requireNonNull(queue, "there is no map phase").results();
  }

  /** Steps in a row, up to the last, without a finite gradient. */
  synchronized int skippedInRow() {
    return skippedInRow;
  }

  private Reply join(Join join) {
    long task = join.member().task();
    if (isOver()) {
      return new Over();
    }
    if (candidates.values().stream()
        .anyMatch(
            other ->
                other.member.executor().equals(join.member().executor())
                    && other.member.task() != task)) {
      return new Wait(); // one task of each executor is enough; this one is there if that one fails
    }
    var candidate = candidates.computeIfAbsent(task, id -> new Candidate(join));
    candidate.heard = System.nanoTime();
    var plan = candidate.plan;
    if (plan != null) {
      candidate.plan = null;
      if (plan.generation() == generation && !broken) {
        candidate.working = true;
        return plan;
      }
    }
    if (candidate.working) { // it comes back from the generation
      candidate.working = false;
    }
    candidate.waiting = join;
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

  private boolean isOver() {
    return over || lost || failures.fatal().isPresent() || diverged;
  }

  private Claimed claim(Claim claim) {
    var all = Objects.requireNonNull(queue, "there is no map phase");
    boolean known = candidates.containsKey(claim.task()); // or nobody would hand its items out anew
    return new Claimed(known ? all.claim(claim.task(), claim.most()) : List.of(), all.isDone());
  }

  private void mapped(Mapped mapped) {
    var all = Objects.requireNonNull(queue, "there is no map phase");
    failures.passed();
    for (int i = 0; i < mapped.items().size(); i++) {
      all.put(mapped.items().get(i), mapped.results().get(i));
    }
  }

  private boolean isFinished(Join join) {
    if (queue != null) {
      return queue.isDone();
    }
    return written.size() == goal.files().size()
        && join.holdings().contains(new Holding(StateShards.MODEL, goal.end()));
  }

  private boolean canForm() {
    if (candidates.values().stream().anyMatch(candidate -> candidate.working)) {
      return false;
    }
    return generation >= goal.firstGeneration()
            && candidates.values().stream().anyMatch(candidate -> hasModel(candidate.waiting))
        || candidates.size() >= expected
        || System.nanoTime() - firstWaiting > GRACE;
  }

  private static boolean hasModel(Join join) {
    return join.holdings().stream().anyMatch(holding -> holding.key().equals(StateShards.MODEL));
  }

  private void form() {
    var members =
        candidates.values().stream()
            .sorted(Comparator.comparing((Candidate candidate) -> candidate.member.executor()))
            .toList();
    generation++;
    broken = false;
    long step =
        members.stream()
            .flatMap(candidate -> candidate.waiting.holdings().stream())
            .filter(holding -> holding.key().equals(StateShards.MODEL))
            .mapToLong(Holding::step)
            .max()
            .orElse(-1);
    var transfers = step < 0 ? Optional.<List<Transfer>>empty() : transfers(members, step);
    if (transfers.isEmpty() && !canRead()) {
      return;
    }
    int skipped =
        members.stream()
            .filter(
                candidate ->
                    candidate.waiting.holdings().contains(new Holding(StateShards.MODEL, step)))
            .mapToInt(candidate -> candidate.waiting.skippedInRow())
            .findFirst()
            .orElse(0);
    var missing =
        goal.files().stream()
            .map(CheckpointFile::name)
            .filter(name -> !written.containsKey(name))
            .toList();
    if (formed || members.size() != size) {
      var who = members.size() == 1 ? "1 executor" : members.size() + " executors";
      notices.accept(
          transfers.isEmpty()
              ? who + ", reading the last checkpoint again"
              : String.format(Locale.ROOT, "%s, from step %d on", who, step));
    }
    formed = true;
    size = members.size();
    for (int rank = 0; rank < members.size(); rank++) {
      members.get(rank).plan =
          new Plan(
              generation,
              rank,
              members.stream().map(candidate -> candidate.member).toList(),
              step,
              transfers.isEmpty(),
              skipped,
              transfers.orElse(List.of()),
              missing);
      members.get(rank).working = true; // until it comes back
    }
  }

  /** Whether the newest checkpoint can be gone on from; if not, that is the end. */
  private boolean canRead() {
    if (goal.storedStep() < 0) {
      failures.addLoss(goal.run());
      return false;
    }
    lost = goal.storedStep() < Math.min(goal.firstStep(), goal.end()); // steps that nobody can make
    return !lost;
  }

  /** Who gives what to whom, or nothing if some of the state is nowhere. */
  private Optional<List<Transfer>> transfers(List<Candidate> members, long step) {
    var transfers = new ArrayList<Transfer>();
    for (var key : stateShards.keys()) {
      var wanted = new Holding(key, step);
      var holder =
          IntStream.range(0, members.size())
              .filter(rank -> members.get(rank).waiting.holdings().contains(wanted))
              .findFirst();
      if (holder.isEmpty()) {
        return Optional.empty();
      }
      for (int rank = 0; rank < members.size(); rank++) {
        if (stateShards.keeps(rank, members.size(), key)
            && !members.get(rank).waiting.holdings().contains(wanted)) {
          transfers.add(new Transfer(key, holder.getAsInt(), rank));
        }
      }
    }
    return Optional.of(transfers);
  }

  private PulseReply pulse(Pulse pulse) {
    var candidate = candidates.get(pulse.task());
    if (candidate != null) {
      candidate.heard = System.nanoTime();
    }
    dropSilent();
    boolean alive =
        candidate != null
            && pulse.generation() == generation
            && !broken
            && failures.fatal().isEmpty();
    return new PulseReply(
        alive, candidates.values().stream().anyMatch(other -> !other.working && !over));
  }

  private void failed(Failed failed) {
    broken = true;
    failures.add(failed);
  }

  /** An executor that is lost is noticed soon; one that is there but cannot be reached is not. */
  private void broken(Broken unreached) {
    if (unreached.generation() == generation) {
      broken = true;
      failures.addBreak(unreached.run(), unreached.why());
    }
  }

  private void remove(long task) {
    var candidate = candidates.remove(task);
    if (queue != null) {
      queue.release(task);
    }
    if (candidate != null && candidate.working) {
      broken = true;
      firstWaiting = System.nanoTime();
    }
  }

  private void dropSilent() {
    long now = System.nanoTime();
    candidates.values().stream()
        .filter(candidate -> now - candidate.heard > SILENCE)
        .map(candidate -> candidate.member.task())
        .toList()
        .forEach(this::remove);
  }
}
