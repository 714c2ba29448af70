package ai.echogen.train.cluster;

import ai.echogen.inference.Devices;
import ai.echogen.torch.Tensors;
import ai.echogen.torch.weights.Weights;
import ai.echogen.train.checkpoint.CheckpointFile;
import ai.echogen.train.checkpoint.StateShards;
import ai.echogen.train.checkpoint.StoredState;
import ai.echogen.train.cluster.Protocol.Claim;
import ai.echogen.train.cluster.Protocol.Claimed;
import ai.echogen.train.cluster.Protocol.Hello;
import ai.echogen.train.cluster.Protocol.Join;
import ai.echogen.train.cluster.Protocol.Mapped;
import ai.echogen.train.cluster.Protocol.Over;
import ai.echogen.train.cluster.Protocol.Plan;
import ai.echogen.train.cluster.Protocol.PulseReply;
import ai.echogen.train.cluster.Protocol.Welcome;
import ai.echogen.train.rollout.MapPhase;
import ai.echogen.train.rollout.MapSource;
import ai.echogen.train.step.Exchange;
import ai.echogen.train.sync.BlockPeers;
import ai.echogen.train.sync.BlockTransport;
import ai.echogen.train.sync.GenerationOver;
import ai.echogen.train.sync.Member;
import ai.echogen.train.sync.Peers;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Serializable;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.jspecify.annotations.Nullable;

/**
 * One training task: joins the others, trains with them, writes its part of the checkpoint, and
 * joins again when they change.
 */
final class Worker<S> implements AutoCloseable {
  private static final long POLL = 10; // milliseconds
  private static final long PULSE = 100;

  private final Segment<S> segment;
  private final TaskContext context;
  private final Member member;
  private final StateShards stateShards;
  private final ScheduledExecutorService pulse;
  private volatile boolean alive;
  private volatile boolean regroup;
  private volatile long generation = -1;

  private Worker(Segment<S> segment, TaskContext context) {
    this.segment = segment;
    this.context = context;
    this.stateShards = new StateShards(segment.settings());
    var id = SparkEnv.get().blockManager().blockManagerId();
    int port = segment.isHere() ? 0 : BlockTransport.ofThisJvm().port();
    this.member = new Member(context.taskAttemptId(), id.executorId(), id.host(), port);
    this.pulse =
        Executors.newSingleThreadScheduledExecutor(
            runnable -> {
              var thread = new Thread(runnable, "echogen-pulse");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** The work of one task. */
  static <S> void work(Segment<S> segment) throws IOException, InterruptedException {
    try (var worker = new Worker<>(segment, Objects.requireNonNull(TaskContext.get()))) {
      worker.work();
    }
  }

  private void work() throws IOException, InterruptedException {
    Tensors.setThreadsPerTask(segment.operatorThreads());
    if (!(TrainPlugin.ask(new Hello(segment.run(), member.executor())) instanceof Welcome welcome)
        || welcome.over()) {
      return; // a task that comes late opens nothing
    }
    if (!segment.isHere()) {
      Replicas.keepOnly(welcome.living());
      BlockPeers.keepOnly(welcome.living());
      BlockPeers.open(segment.run());
    }
    var kept = kept(welcome);
    while (!kept.lock().tryLock(PULSE, TimeUnit.MILLISECONDS)) { // another task of this executor
      requireRunning();
    }
    try {
      train(replica(kept));
    } finally {
      kept.lock().unlock();
    }
  }

  @SuppressWarnings("unchecked") // it was opened for this run
  private Replica<S> replica(Replicas.Kept kept) {
    return (Replica<S>) kept.replica();
  }

  private void train(Replica<S> replica) throws IOException, InterruptedException {
    var unused = pulse.scheduleAtFixedRate(this::pulse, PULSE, PULSE, TimeUnit.MILLISECONDS);
    for (var plan = join(replica); plan != null; plan = join(replica)) {
      try {
        follow(plan, replica);
      } catch (GenerationOver e) {
        if (alive) { // the others do not know yet
          var told =
              TrainPlugin.ask(
                  new Protocol.Broken(
                      segment.run(), plan.generation(), String.valueOf(e.getMessage())));
        }
      } catch (IOException | RuntimeException e) {
        if (context.isInterrupted() || e instanceof TaskKilledException) {
          throw e;
        }
        failed(e);
      }
    }
  }

  private void requireRunning() {
    if (context.isInterrupted()) {
      throw new TaskKilledException("the task was killed");
    }
  }

  /** Waits for a plan; null if there is nothing left to do. */
  private @Nullable Plan join(Replica<S> replica) throws InterruptedException {
    alive = false;
    while (true) {
      requireRunning();
      var reply =
          TrainPlugin.ask(
              new Join(
                  segment.run(), member, replica.holdings(), replica.exchange().skippedInRow()));
      if (reply instanceof Over) {
        return null;
      }
      if (reply instanceof Plan plan) {
        generation = plan.generation();
        regroup = false;
        alive = true;
        return plan;
      }
      Thread.sleep(POLL);
    }
  }

  private void follow(Plan plan, Replica<S> replica)
      throws GenerationOver, IOException, InterruptedException {
    int size = plan.members().size();
    Peers peers = Peers.ALONE;
    if (size > 1) {
      peers =
          new BlockPeers(
              segment.run(), plan.generation(), plan.rank(), plan.members(), () -> alive);
    }
    if (plan.fromCheckpoint()) {
      read(replica, plan.rank(), size);
    } else {
      replica.transfer(plan, peers);
    }
    var feed = segment.feed();
    if (feed != null) {
      replica.feed(feed.number(), feed.feed().value());
    }
    var exchange = replica.exchange();
    exchange.settle(
        plan.fromCheckpoint() ? stored().step() : plan.step(),
        segment.end(),
        plan.fromCheckpoint() ? stored().skippedInRow() : plan.skippedInRow(),
        key -> stateShards.keeps(plan.rank(), size, key));
    while (exchange.step() < segment.end()) {
      requireRunning();
      var outcome = exchange.advance(peers, plan.rank() == 0 && regroup);
      report(plan, outcome, exchange);
      if (outcome.diverged() || outcome.regroup()) {
        return;
      }
    }
    var phase = segment.phase();
    if (phase != null) {
      map(phase, replica);
    } else {
      write(plan, replica);
    }
  }

  /** Takes items and works on them, until none is left or the members change. */
  private void map(Segment.Phase<S> phase, Replica<S> replica)
      throws IOException, InterruptedException {
    @SuppressWarnings("unchecked") // the items are the source's
    var source = (MapSource<S, Object, Object>) phase.source();
    var opened = replica.phase(phase.key(), source);
    var items = phase.items().value();
    long step = replica.exchange().step();
    while (alive && !regroup) {
      requireRunning();
      var claim = new Claim(segment.run(), member.task(), replica.threads().count());
      if (!(TrainPlugin.ask(claim) instanceof Claimed claimed) || claimed.done()) {
        return;
      }
      if (claimed.items().isEmpty()) { // others work on the last
        Thread.sleep(POLL);
        continue;
      }
      var results = new byte[claimed.items().size()][];
      replica
          .threads()
          .run(
              results.length,
              i -> results[i] = mapped(opened, replica, step, items.get(claimed.items().get(i))));
      var unused = TrainPlugin.ask(new Mapped(segment.run(), claimed.items(), List.of(results)));
    }
  }

  private byte[] mapped(
      MapPhase<Object, Object> phase, Replica<S> replica, long step, Object item) {
    try {
      return Protocol.encoded((Serializable) phase.map(replica.weights().flat(), step, item));
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  private void report(Plan plan, Exchange.Outcome outcome, Exchange<S> exchange) {
    long bytesSent = exchange.takeBytesSent();
    if (plan.rank() > 0) {
      return;
    }
    var counters = segment.counters();
    for (var step : outcome.records()) {
      counters.tokens().add(step.tokens());
      counters.skipped().add(step.skipped() ? 1 : 0);
      counters.exchangeMs().add(Math.round(1e3 * step.exchangeSeconds()));
    }
    TrainPlugin.tell(
        new Protocol.Progress(
            segment.run(),
            outcome.records(),
            bytesSent,
            exchange.skippedInRow(),
            outcome.diverged()));
  }

  /** This rank's share of the files that are missing. */
  private void write(Plan plan, Replica<S> replica) throws IOException {
    var target = segment.target();
    if (target == null) {
      return;
    }
    for (int i = 0; i < segment.files().size(); i++) {
      var file = segment.files().get(i);
      if (plan.missing().contains(file.name())
          && stateShards.writer(file, i, plan.members().size()) == plan.rank()) {
        var stateShard = replica.stateShard(file.key(), segment.end());
        try {
          var written = file.write(target, replica.weights().layout(), stateShard);
          var unused = TrainPlugin.ask(new Protocol.Wrote(segment.run(), written));
        } catch (IOException e) {
          throw new IOException(
              "checkpoint %s: cannot write %s: %s; mend that, then go on with resume=auto"
                  .formatted(target, file.name(), e.getMessage()),
              e);
        }
      }
    }
  }

  private void read(Replica<S> replica, int rank, int size) throws IOException {
    for (var key : stateShards.keys()) {
      if (stateShards.keeps(rank, size, key)) {
        var stateShard = replica.exchange().open(key);
        var names =
            stored().files().stream()
                .filter(file -> file.key().equals(key))
                .map(CheckpointFile.Written::name)
                .toList();
        CheckpointFile.read(
            stored().directory(), names, replica.weights().layout(), stateShard, stored().step());
        replica.exchange().filled(key, stored().step());
      }
    }
  }

  private StoredState stored() {
    return Objects.requireNonNull(segment.checkpoint(), "nobody has the state, no checkpoint");
  }

  private Replicas.Kept kept(Welcome welcome) throws IOException {
    synchronized (Replicas.class) { // two tasks may have been given to this executor
      var found = Replicas.of(segment.run());
      return found.isPresent() ? found.get() : Replicas.put(segment.run(), open(welcome));
    }
  }

  /** A replica without a state, with as many threads as the executor has cores. */
  private Replica<S> open(Welcome welcome) throws IOException {
    var device = Devices.ofTask();
    var objective = segment.source().open(device);
    int cores = Math.max(context.cpus(), welcome.cores()) / segment.operatorThreads();
    return new Replica<>(
        objective,
        segment.settings(),
        segment.lrScale(),
        Weights.zeros(objective.layout(), device),
        Math.max(1, Math.min(cores, segment.settings().microShards())));
  }

  private void failed(Exception e) {
    var stack = new StringWriter();
    e.printStackTrace(new PrintWriter(stack));
    var unused =
        TrainPlugin.ask(
            new Protocol.Failed(
                segment.run(),
                String.valueOf(e.getMessage() == null ? e : e.getMessage()),
                stack.toString()));
  }

  private void pulse() {
    try {
      long asked = generation;
      if (alive
          && TrainPlugin.ask(new Protocol.Pulse(segment.run(), member.task(), asked))
              instanceof PulseReply reply
          && asked == generation) {
        regroup = reply.regroup();
        alive &= reply.alive();
      }
    } catch (RuntimeException e) {
      alive = false; // the driver is gone, and this task soon will be
    }
  }

  @Override
  public void close() {
    pulse.shutdownNow();
    try {
      TrainPlugin.tell(new Protocol.Leave(segment.run(), member.task()));
    } catch (RuntimeException e) {
      // then the driver is gone, and asks nobody any more
    }
  }
}
