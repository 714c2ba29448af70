package ai.echogen.train.cluster;

import ai.echogen.objectives.Objective;
import ai.echogen.objectives.ObjectiveSource;
import ai.echogen.observe.MetricSink;
import ai.echogen.torch.weights.Weights;
import ai.echogen.train.DivergenceSettings;
import ai.echogen.train.TrainerSettings;
import ai.echogen.train.TrainingException;
import ai.echogen.train.checkpoint.CheckpointFile;
import ai.echogen.train.checkpoint.Checkpoints;
import ai.echogen.train.checkpoint.StoredState;
import ai.echogen.train.cluster.Segment.Counters;
import ai.echogen.train.step.Samples;
import ai.echogen.train.sync.GenerationOver;
import ai.echogen.train.sync.Peers;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
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
 * a local master there is one replica with as many threads as cores, and nothing is copied.
 */
public final class Training<S> implements AutoCloseable {
  private static final int SEGMENT = 500; // steps a job at most, so that the UI shows progress

  private final JavaSparkContext context;
  private final String label;
  private final Objective<S> objective;
  private final ObjectiveSource<S> source;
  private final Samples<S> samples;
  private final TrainerSettings settings;
  private final @Nullable Checkpoints checkpoints;
  private final PrintStream console;
  private final Counters counters;
  private final SegmentJobs jobs;
  private @Nullable Broadcast<Samples<S>> broadcast;
  private @Nullable Replica<S> here;
  private @Nullable Weights weights;
  private @Nullable StoredState stored;
  private String run = newRun();
  private double lrScale = 1;
  private int rollbacks;
  private long step;
  private long bytesSent;

  /**
   * @param label the objective's name in the Spark UI
   * @param objective kept and closed by the caller
   * @param source opens the same objective elsewhere
   * @param initial what a new run starts from; taken over
   * @param checkpoints where they lie; without them the weights stay in this JVM, so the master
   *     must be local
   * @param console is told when executors change
   */
  public Training(
      SparkSession spark,
      String label,
      Objective<S> objective,
      ObjectiveSource<S> source,
      Samples<S> samples,
      TrainerSettings settings,
      Weights initial,
      Optional<Checkpoints> checkpoints,
      PrintStream console) {
    this.context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    this.label = label;
    this.objective = objective;
    this.source = source;
    this.samples = samples;
    this.settings = settings;
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
    if (context.isLocal()) {
      var replica = replica(initial);
      replica.begin(0);
      here = replica;
      Worker.put(run, objective, replica);
    } else {
      weights = initial;
    }
    this.jobs = new SegmentJobs(context, label, settings, console);
  }

  /** Trains in this JVM only, and keeps the weights in memory. */
  public static <S> Training<S> here(
      SparkSession spark,
      String label,
      Objective<S> objective,
      Samples<S> samples,
      TrainerSettings settings,
      Weights initial) {
    return new Training<>(
        spark,
        label,
        objective,
        () -> {
          throw new IllegalStateException("this objective is not opened elsewhere");
        },
        samples,
        settings,
        initial,
        Optional.empty(),
        System.out);
  }

  /**
   * The same steps in a plain loop, without Spark, to be measured against.
   *
   * @param initial taken over
   * @param numThreads that share a step
   * @return seconds
   */
  public static <S> double bareLoop(
      Objective<S> objective,
      Samples<S> samples,
      TrainerSettings settings,
      Weights initial,
      int numThreads) {
    try (var replica = new Replica<>(objective, samples, settings, 1, initial, numThreads)) {
      replica.begin(0);
      long start = System.nanoTime();
      while (replica.exchange().step() < settings.steps()) {
        var unused = replica.exchange().advance(Peers.ALONE, false);
      }
      return (System.nanoTime() - start) / 1e9;
    } catch (GenerationOver | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** How many threads share a step in this JVM: as many as there are cores and micro-shards. */
  public static int numThreads(SparkSession spark, TrainerSettings settings) {
    int cores = JavaSparkContext.fromSparkContext(spark.sparkContext()).defaultParallelism();
    return Math.max(1, Math.min(cores, settings.microShards()));
  }

  /** Steps done so far. */
  public long step() {
    return step;
  }

  /** Bytes of gradients that rank 0 has sent. */
  public long bytesSent() {
    return bytesSent;
  }

  /** The weights now; this object's own, so read them between runs only. */
  public Weights weights() throws IOException {
    if (here != null && here.exchange().step() == step) {
      return here.weights();
    }
    var last = stored;
    if (checkpoints != null && last != null && last.step() == step) {
      var read = checkpoints.read(last);
      replaceWeights(read);
      return read;
    }
    if (weights == null) {
      throw new IllegalStateException("no checkpoint stands at step " + step);
    }
    return weights;
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
      restart(found.get().state());
    }
    return step;
  }

  /**
   * Trains up to step {@code until}, writing checkpoints on the way and one at the end.
   *
   * @param until at most {@code settings.steps}: fewer to pause and resume later
   * @throws TrainingException if it cannot go on
   */
  public void run(long until, MetricSink metrics) throws IOException {
    requireExchange(until);
    if (checkpoints != null && stored == null && step < until && readsTheBeginning()) {
      stored = checkpoints.writeBeginning(weights(), settings);
    }
    var window = new MetricWindow(objective.metrics(), settings, metrics, step);
    while (step < until) {
      long end = end(until);
      boolean due =
          checkpoints != null
              && (end == until
                  || settings.checkpoints().every() > 0
                      && end % settings.checkpoints().every() == 0);
      var finished = segment(end, due, end == until && until == settings.steps(), window);
      if (finished.diverged()) {
        rollBack(); // steps that are made again are not logged again: logs never go back
        continue;
      }
      if (due && checkpoints != null) {
        stored =
            checkpoints.commit(end, finished.skippedInRow(), lrScale, finished.written(), settings);
      }
      step = end;
    }
  }

  private boolean readsTheBeginning() {
    return here == null || settings.divergence().then() == DivergenceSettings.Then.ROLLBACK;
  }

  private void requireExchange(long until) {
    int round = settings.exchange().innerSteps();
    if (settings.exchange().inRounds() && until % round != 0 && until != settings.steps()) {
      throw new IllegalArgumentException(
          "pauseAt must be a multiple of exchange.innerSteps = %d, got %d".formatted(round, until));
    }
  }

  /** Where the next segment ends. */
  private long end(long until) {
    int every = settings.checkpoints().every();
    int round = settings.exchange().inRounds() ? settings.exchange().innerSteps() : 1;
    long end = Math.min(until, step + Math.max(1, SEGMENT / round) * (long) round);
    return every > 0 ? Math.min(end, step - step % every + every) : end;
  }

  private Membership segment(long end, boolean due, boolean isLast, MetricWindow window)
      throws IOException {
    var files = due && checkpoints != null ? checkpoints.plan(settings) : List.<CheckpointFile>of();
    var target = due && checkpoints != null ? checkpoints.begin(end).toString() : null;
    return jobs.run(
        step,
        new Segment<>(
            run,
            end,
            isLast,
            source,
            broadcast(),
            settings,
            lrScale,
            stored,
            target,
            files,
            counters),
        window,
        sent -> bytesSent += sent);
  }

  private @Nullable Broadcast<Samples<S>> broadcast() {
    if (here == null && broadcast == null) {
      broadcast = context.broadcast(samples);
    }
    return broadcast;
  }

  /** Back to the last checkpoint, or the end, where losses or gradients stay NaN or infinite. */
  private void rollBack() throws IOException {
    var divergence = settings.divergence();
    var what =
        "the loss or gradient was NaN or infinite in %d steps in a row"
            .formatted(divergence.steps());
    var last = stored;
    if (divergence.then() == DivergenceSettings.Then.STOP || last == null) {
      throw new TrainingException(
          "%s: %s, after step %d; lower optim.lr or optim.clipNorm, or set divergence.then=rollback"
              .formatted(label, what, step));
    }
    if (rollbacks++ == divergence.rollbacks()) {
      throw new TrainingException(
          "%s: %s, once more after %d rollbacks; lower optim.lr or optim.clipNorm"
              .formatted(label, what, divergence.rollbacks()));
    }
    lrScale *= divergence.lrFactor();
    console.printf(
        "%s; back to step %d with %s times the learning rate%n", what, last.step(), lrScale);
    restart(last);
  }

  /** Forgets the state in memory: it will be read from a checkpoint. */
  private void restart(StoredState state) {
    step = state.step();
    Worker.remove(run);
    run = newRun();
    if (here != null) {
      here.close();
      here = replica(Weights.zeros(objective.layout(), Devices.ofTask()));
      Worker.put(run, objective, here);
    }
  }

  private Replica<S> replica(Weights initial) {
    int cores = Math.max(1, Math.min(context.defaultParallelism(), settings.microShards()));
    return new Replica<>(objective, samples, settings, lrScale, initial, cores);
  }

  private void replaceWeights(Weights read) {
    if (weights != null) {
      weights.close();
    }
    weights = read;
  }

  private static String newRun() {
    return UUID.randomUUID().toString().substring(0, 8);
  }

  @Override
  public void close() {
    jobs.close();
    Worker.remove(run);
    if (broadcast != null) {
      broadcast.unpersist();
    }
    if (here != null) {
      here.close();
    }
    if (weights != null) {
      weights.close();
    }
  }
}
