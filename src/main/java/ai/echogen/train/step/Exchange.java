package ai.echogen.train.step;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.echogen.objectives.Objective;
import ai.echogen.torch.Tensors;
import ai.echogen.train.TrainerSettings;
import ai.echogen.train.checkpoint.StateShard;
import ai.echogen.train.checkpoint.StateShards;
import ai.echogen.train.optim.Optimizer;
import ai.echogen.train.sync.AllReduce;
import ai.echogen.train.sync.GenerationOver;
import ai.echogen.train.sync.Peers;
import ai.echogen.train.sync.Threads;
import java.util.List;
import java.util.function.Predicate;

/**
 * How replicas come from one state to the next, together: after every step ({@link Synchronous}) or
 * after a round of steps ({@link DiLoCo}).
 *
 * <p>The state lies in {@link StateShards}. Each has a key, and the step that it stands at.
 */
public abstract sealed class Exchange<S> implements AutoCloseable permits Synchronous, DiLoCo {
  /**
   * What came of it.
   *
   * @param regroup whether newcomers wait
   * @param diverged whether there were too many steps in a row without a finite gradient
   */
  public record Outcome(List<StepRecord> records, boolean regroup, boolean diverged) {}

  protected final Objective<S> objective;
  protected final TrainerSettings settings;
  protected final Device device;
  protected final NDManager manager;
  protected final Threads threads;
  protected final AllReduce allReduce;
  protected final MicroShards<S> microShards;
  protected final Optimizer optimizer;
  protected final StateShards stateShards;
  protected final NDArray weights;
  protected long step = -1;
  protected double exchangeSeconds;
  private final Samples<S> samples;
  private final double lrScale;
  private int skippedInRow;

  /**
   * @param weights flat (P), trained in place; the caller keeps and closes them
   * @param lrScale factor on every learning rate
   */
  protected Exchange(
      Objective<S> objective,
      TrainerSettings settings,
      Samples<S> samples,
      double lrScale,
      NDArray weights,
      Threads threads) {
    this.objective = objective;
    this.settings = settings;
    this.samples = samples;
    this.lrScale = lrScale;
    this.device = weights.getDevice();
    this.manager = Tensors.on(device);
    this.threads = threads;
    this.allReduce = new AllReduce(weights.size(), settings.exchange().wire(), threads);
    this.microShards = new MicroShards<>(objective, settings, samples, threads, allReduce);
    this.optimizer = new Optimizer(settings.optim(), objective.groups());
    this.stateShards = new StateShards(settings);
    this.weights = weights;
  }

  /** In the mode that the settings name. */
  public static <S> Exchange<S> of(
      Objective<S> objective,
      TrainerSettings settings,
      Samples<S> samples,
      double lrScale,
      NDArray weights,
      Threads threads) {
    return settings.exchange().inRounds()
        ? new DiLoCo<>(objective, settings, samples, lrScale, weights, threads)
        : new Synchronous<>(objective, settings, samples, lrScale, weights, threads);
  }

  /**
   * Trains until after the next exchange.
   *
   * @param regroup whether this replica knows of newcomers
   */
  public abstract Outcome advance(Peers peers, boolean regroup)
      throws GenerationOver, InterruptedException;

  /** Everything that is here and whole, old and new. */
  public abstract List<StateShard> stateShards();

  /** A stateShard to be filled; it stands nowhere until {@link #filled}. */
  public abstract StateShard open(String key);

  /** Says at which step a stateShard stands that was filled. */
  public abstract void filled(String key, long at);

  /** Drops what does not stand at {@code at} or need not be kept, and goes on from there. */
  public void settle(long at, int skipped, Predicate<String> kept) {
    if (at != step) {
      throw new IllegalStateException("the weights stand at step %d, not %d".formatted(step, at));
    }
    skippedInRow = skipped;
  }

  /** The step that is next. */
  public final long step() {
    return step;
  }

  /** Bytes of gradients or moves sent since the last call. */
  public final long takeBytesSent() {
    return allReduce.takeBytesSent();
  }

  /** Steps in a row, up to now, without a finite gradient. */
  public final int skippedInRow() {
    return skippedInRow;
  }

  /** Learning rate of a step. */
  protected final double lr(long at) {
    return lrScale * settings.optim().lrAt(at, settings.steps());
  }

  /** What there is to say of a step, which counts as skipped or not from here on. */
  protected final StepRecord record(
      long at, double[] metrics, double norm, boolean skipped, double seconds) {
    skippedInRow = skipped ? skippedInRow + 1 : 0;
    var batch = microShards.batch(at);
    return new StepRecord(
        at,
        metrics,
        norm,
        lr(at),
        skipped,
        batch.size(),
        batch.stream().mapToLong(samples.length()::applyAsInt).sum(),
        seconds);
  }

  protected final Outcome outcome(List<StepRecord> records, boolean regroup) {
    return new Outcome(records, regroup, skippedInRow >= settings.divergence().steps());
  }

  @Override
  public void close() {
    optimizer.close();
    allReduce.close();
    manager.close();
  }
}
