package ai.echogen.train.cluster;

import ai.echogen.data.feed.Feed;
import ai.echogen.inference.Devices;
import ai.echogen.objectives.ObjectiveSource;
import ai.echogen.observe.MetricSink;
import ai.echogen.storage.Location;
import ai.echogen.torch.weights.Weights;
import ai.echogen.train.DivergenceSettings;
import ai.echogen.train.TrainerSettings;
import ai.echogen.train.TrainingException;
import ai.echogen.train.checkpoint.CheckpointFile;
import ai.echogen.train.checkpoint.Checkpoints;
import ai.echogen.train.checkpoint.StoredState;
import ai.echogen.train.cluster.Segment.Counters;
import ai.echogen.train.cluster.Segment.Phase;
import ai.echogen.train.rollout.MapSource;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/**
 * Trains an objective on Spark's executors, or in this JVM where the master is {@code local[n]}.
 *
 * <p>One Spark job is a segment of steps, up to the next checkpoint, and carries a name in the
 * Spark UI such as {@code PMTP steps 100-199}. Its tasks, one an executor, find the replica that
 * their executor keeps, and exchange what they computed among themselves: a step costs no job. With
 * a local master there is one replica with as many threads as cores, and nothing is copied. Between
 * steps, {@link #map} has the replicas work on the weights as they are.
 */
public final class Training<S> implements AutoCloseable {
  /**
   * What is trained, and how.
   *
   * @param label the objective's name in the Spark UI
   * @param source opens the objective in each JVM
   * @param operatorThreads of each native operation; the bits depend on it
   */
  public record Plan<S>(
      String label, ObjectiveSource<S> source, TrainerSettings settings, int operatorThreads) {
    /** With one thread an operation: tasks are the parallelism. */
    public Plan(String label, ObjectiveSource<S> source, TrainerSettings settings) {
      this(label, source, settings, 1);
    }
  }

  private static final int SEGMENT = 500; // steps a job at most, so that the UI shows progress

  private final JavaSparkContext context;
  private final Plan<S> plan;
  private final TrainerSettings settings;
  private final @Nullable Checkpoints checkpoints;
  private final PrintStream console;
  private final Counters counters;
  private final SegmentJobs jobs;
  private final List<String> metricNames;
  private final SentFeed<S> feed;
  private @Nullable MetricWindow window;
  private @Nullable Replica<S> here;
  private @Nullable Weights weights;
  private @Nullable StoredState stored;
  private String run = newRun();
  private double lrScale = 1;
  private int rollbacks;
  private long step;
  private long bytesSent;

  /**
   * @param initial what a new run starts from; taken over
   * @param initial taken over
   * @param checkpoints where they lie; without them the weights stay in this JVM, so the master
   *     must be local
   * @param console is told when executors change
   */
  public Training(
      SparkSession spark,
      Plan<S> plan,
      Weights initial,
      Optional<Checkpoints> checkpoints,
      PrintStream console)
      throws IOException {
    this.context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    this.plan = plan;
    this.settings = plan.settings();
    this.checkpoints = checkpoints.orElse(null);
    this.console = console;
    if (!context.isLocal() && checkpoints.isEmpty()) {
      throw new IllegalArgumentException(
          "executors read the first weights from a checkpoint: give a directory, or use master local[n]");
    }
    var sc = context.sc();
    this.counters =
        new Counters(
            sc.longAccumulator("tokens"),
            sc.longAccumulator("skipped steps"),
            sc.longAccumulator("exchange ms"));
    this.feed = new SentFeed<>(context);
    Living.add(run);
    if (context.isLocal()) {
      var device = Devices.ofTask();
      var objective = plan.source().open(device);
      metricNames = objective.metrics();
      var replica =
          new Replica<>(objective, settings, lrScale, initial.movedTo(device), numThreads());
      replica.begin(0);
      here = replica;
      Replicas.put(run, replica);
    } else {
      try (var objective = plan.source().open(initial.device())) {
        metricNames = objective.metrics();
      }
      weights = initial;
    }
    this.jobs = new SegmentJobs(context, plan.label(), settings, console);
  }

  /** Trains in this JVM only, and keeps the weights in memory. */
  public static <S> Training<S> here(SparkSession spark, Plan<S> plan, Weights initial)
      throws IOException {
    return new Training<>(spark, plan, initial, Optional.empty(), System.out);
  }

  /** How many threads share a step in this JVM: as many as there are cores and micro-shards. */
  public static int numThreads(SparkSession spark, TrainerSettings settings) {
    int cores = JavaSparkContext.fromSparkContext(spark.sparkContext()).defaultParallelism();
    return Math.max(1, Math.min(cores, settings.microShards()));
  }

  private int numThreads() {
    int cores = context.defaultParallelism() / plan.operatorThreads();
    return Math.max(1, Math.min(cores, settings.microShards()));
  }

  /** Names of the objective's metrics. */
  public List<String> metricNames() {
    return metricNames;
  }

  /** Steps done so far. */
  public long step() {
    return step;
  }

  /** Bytes of gradients that rank 0 has sent. */
  public long bytesSent() {
    return bytesSent;
  }

  /**
   * The weights now; this object's own, so read them between runs only. Those of executors come by
   * way of a checkpoint.
   */
  public Weights weights() throws IOException {
    if (here != null && here.exchange().step() == step) {
      return here.weights();
    }
    if (step == 0 && weights != null) {
      return weights;
    }
    checkpoint();
    replaceWeights(Objects.requireNonNull(checkpoints, "there are checkpoints").read(stored()));
    return Objects.requireNonNull(weights, "they were read");
  }

  /** Writes a checkpoint of this step, unless there is one. */
  public void checkpoint() throws IOException {
    if (checkpoints == null) {
      throw new IllegalStateException("there is no directory for checkpoints");
    }
    if (stored != null && stored.step() == step) {
      return;
    }
    if (step == 0) {
      stored = checkpoints.writeBeginning(weights(), settings);
    } else {
      var files = checkpoints.plan(settings);
      var target = checkpoints.begin(step);
      var name = String.format(Locale.ROOT, "%s checkpoint of step %d", plan.label(), step);
      var segment = segment(step, target, files, null);
      var finished = jobs.run(name, segment, feed.firstStep(), -1, window(NOWHERE), bytes -> {});
      if (finished.isLost()) {
        restart(stored());
      } else {
        stored = commit(step, finished);
      }
    }
  }

  /**
   * Goes on from the newest whole checkpoint, if there is one.
   *
   * @return its step, or 0
   */
  public long resume() throws IOException {
    var found = checkpoints == null ? Optional.<Checkpoints.Found>empty() : checkpoints.newest();
    if (found.isPresent()) {
      stored = found.get().state();
      lrScale = found.get().lrScale();
      rollbacks = found.get().rollbacks();
      restart(found.get().state());
    }
    return step;
  }

  /**
   * Trains up to step {@code until}, writing checkpoints where they are due, and at the end.
   *
   * <p>If all executors with the weights are lost, and the newest checkpoint is older than the
   * feed, it returns early: {@link #step} has gone back to that checkpoint, and the caller makes
   * the feeds of these steps again.
   *
   * @param until at most {@code settings.steps}: fewer to pause and resume later
   * @param samples of the steps up to there
   * @throws TrainingException if it cannot go on
   */
  public void run(long until, Feed<S> samples, MetricSink metrics) throws IOException {
    requireExchange(until);
    use(samples);
    writeBeginning(until);
    var told = window(metrics);
    while (step < until) {
      long end = end(until);
      boolean due =
          checkpoints != null
              && (end == settings.steps()
                  || settings.checkpoints().every() > 0
                      && end % settings.checkpoints().every() == 0);
      var finished = steps(end, due, told);
      if (finished.diverged()) {
        rollBack(); // steps that are made again are not logged again: logs never go back
      } else if (finished.isLost()) {
        restart(stored());
        return;
      } else {
        if (due && checkpoints != null) {
          stored = commit(end, finished);
        }
        step = end;
      }
    }
  }

  /**
   * Has the replicas work on every item, with the weights as they are. The results are the same
   * whoever works, and survive what steps survive.
   *
   * @param items small ones: they go to all executors
   * @return one result an item, in the order of the items; nothing if the weights were lost and
   *     {@link #step} has gone back, as {@link #run} says
   */
  public <P, R> Optional<List<R>> map(MapSource<S, P, R> source, List<P> items) throws IOException {
    if (items.isEmpty()) {
      return Optional.of(List.of());
    }
    writeBeginning(Long.MAX_VALUE);
    Broadcast<List<P>> sent = context.broadcast(List.copyOf(items));
    try {
      var name = String.format(Locale.ROOT, "%s at step %d: %s", plan.label(), step, source.key());
      var segment = segment(step, null, List.of(), new Phase<>(source.key(), source, sent));
      var finished =
          jobs.run(name, segment, feed.firstStep(), items.size(), window(NOWHERE), bytes -> {});
      if (finished.isLost()) {
        restart(stored());
        return Optional.empty();
      }
      var results = new ArrayList<R>();
      for (var bytes : finished.results()) {
        @SuppressWarnings("unchecked") // the source's own
        var result = (R) Protocol.decoded(bytes);
        results.add(result);
      }
      return Optional.of(results);
    } finally {
      sent.unpersist();
    }
  }

  /** Executors read the beginning, and so does whoever goes back to it. */
  private void writeBeginning(long until) throws IOException {
    if (checkpoints != null && stored == null && step < until) {
      stored = checkpoints.writeBeginning(weights(), settings);
    }
  }

  private void requireExchange(long until) {
    int round = settings.exchange().innerSteps();
    if (settings.exchange().inRounds() && until % round != 0 && until != settings.steps()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "pauseAt must be a multiple of train.exchange.innerSteps = %d, got %d",
              round,
              until));
    }
  }

  /** Where the next segment ends. */
  private long end(long until) {
    int every = settings.checkpoints().every();
    int round = settings.exchange().inRounds() ? settings.exchange().innerSteps() : 1;
    long end = Math.min(until, step + Math.max(1, SEGMENT / round) * (long) round);
    return every > 0 ? Math.min(end, step - step % every + every) : end;
  }

  private Membership steps(long end, boolean due, MetricWindow told) throws IOException {
    var files = due && checkpoints != null ? checkpoints.plan(settings) : List.<CheckpointFile>of();
    var target = due && checkpoints != null ? checkpoints.begin(end) : null;
    var name = String.format(Locale.ROOT, "%s steps %d-%d", plan.label(), step, end - 1);
    return jobs.run(
        name,
        segment(end, target, files, null),
        feed.firstStep(),
        -1,
        told,
        sent -> bytesSent += sent);
  }

  private Segment<S> segment(
      long end, @Nullable Location target, List<CheckpointFile> files, @Nullable Phase<S> phase) {
    return new Segment<>(
        run,
        end,
        here != null,
        plan.source(),
        here == null ? feed.sent() : null,
        settings,
        plan.operatorThreads(),
        lrScale,
        stored,
        target,
        files,
        phase,
        counters);
  }

  private StoredState commit(long end, Membership finished) throws IOException {
    return Objects.requireNonNull(checkpoints, "there are checkpoints")
        .commit(end, finished.skippedInRow(), lrScale, rollbacks, finished.written(), settings);
  }

  private StoredState stored() {
    return Objects.requireNonNull(stored, "there is a checkpoint");
  }

  private void use(Feed<S> samples) throws IOException {
    feed.use(samples);
    if (here != null) {
      here.feed(feed.number(), samples);
    }
  }

  private MetricWindow window(MetricSink metrics) {
    if (window == null || metrics != NOWHERE && window.sink() != metrics) {
      window = new MetricWindow(metricNames, settings, metrics, step);
    }
    return window;
  }

  /** Where nothing is logged. */
  private static final MetricSink NOWHERE =
      new MetricSink() {
        @Override
        public void log(long step, Map<String, Double> values) {}

        @Override
        public void close() {}
      };

  /** Back to the last checkpoint, or the end, where losses or gradients stay NaN or infinite. */
  private void rollBack() throws IOException {
    var divergence = settings.divergence();
    var what =
        String.format(
            Locale.ROOT,
            "the loss or gradient was NaN or infinite in %d steps in a row",
            divergence.steps());
    var last = stored;
    if (divergence.then() == DivergenceSettings.Then.STOP || last == null) {
      throw new TrainingException(
          String.format(
              Locale.ROOT,
              "%s: %s, after step %d; lower train.optim.lr or train.optim.clipNorm, or set train.divergence.then=rollback",
              plan.label(),
              what,
              step));
    }
    if (rollbacks++ == divergence.rollbacks()) {
      throw new TrainingException(
          String.format(
              Locale.ROOT,
              "%s: %s, once more after %d rollbacks; lower train.optim.lr or train.optim.clipNorm",
              plan.label(),
              what,
              divergence.rollbacks()));
    }
    lrScale *= divergence.lrFactor();
    if (checkpoints != null) {
      checkpoints.noteRollback(last.step(), lrScale, rollbacks);
    }
    console.printf(
        Locale.ROOT,
        "%s; back to step %d with %s times the learning rate%n",
        what,
        last.step(),
        lrScale);
    restart(last);
  }

  /** Forgets the state in memory: it will be read from a checkpoint. */
  private void restart(StoredState state) throws IOException {
    step = state.step();
    Living.remove(run);
    run = newRun();
    Living.add(run);
    if (here != null) {
      Replicas.forget(here);
      here.close();
      var device = Devices.ofTask();
      var objective = plan.source().open(device);
      here =
          new Replica<>(
              objective,
              settings,
              lrScale,
              Weights.zeros(objective.layout(), device),
              numThreads());
      Replicas.put(run, here);
      var samples = feed.feed();
      if (samples != null) {
        here.feed(feed.number(), samples);
      }
    }
  }

  private void replaceWeights(Weights read) {
    if (weights != null) {
      weights.close();
    }
    weights = read;
  }

  /** Whoever knows it can send the run blocks: it is not to be guessed, nor written down. */
  private static String newRun() {
    return UUID.randomUUID().toString();
  }

  @Override
  public void close() {
    jobs.close();
    Living.remove(run);
    feed.close();
    if (here != null) {
      Replicas.forget(here);
      here.close();
    }
    if (weights != null) {
      weights.close();
    }
  }
}
