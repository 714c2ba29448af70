package ai.echogen.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.echogen.stages.Stage;
import ai.echogen.torch.Tensors;
import java.util.List;
import java.util.function.Predicate;

/**
 * How replicas come from one state to the next, together: after every step ({@link Synchronous}) or
 * after a round of steps ({@link Rounds}).
 *
 * <p>The state lies in {@link Shelves}. Each has a key, and the step that it stands at.
 */
abstract sealed class Exchange<S> implements AutoCloseable permits Synchronous, Rounds {
  /**
   * Some of the state.
   *
   * @param names what each tensor is called; the weights are {@code weights}
   * @param tensors flat (P) each, or empty
   */
  record Shelf(String key, long step, List<String> names, List<NDArray> tensors) {}

  /**
   * What came of it.
   *
   * @param regroup whether newcomers wait
   * @param diverged whether there were too many steps in a row without a finite gradient
   */
  record Outcome(List<StepRecord> records, boolean regroup, boolean diverged) {}

  protected final Stage<S> stage;
  protected final TrainerSettings settings;
  protected final Device device;
  protected final NDManager manager;
  protected final Threads threads;
  protected final Reduction reduction;
  protected final MicroShards<S> microShards;
  protected final Optimizer optimizer;
  protected final Shelves shelves;
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
      Stage<S> stage,
      TrainerSettings settings,
      Samples<S> samples,
      double lrScale,
      NDArray weights,
      Threads threads) {
    this.stage = stage;
    this.settings = settings;
    this.samples = samples;
    this.lrScale = lrScale;
    this.device = weights.getDevice();
    this.manager = Tensors.on(device);
    this.threads = threads;
    this.reduction = new Reduction(weights.size(), settings.exchange().wire(), threads);
    this.microShards = new MicroShards<>(stage, settings, samples, threads, reduction);
    this.optimizer = new Optimizer(settings.optim(), stage.groups());
    this.shelves = new Shelves(settings);
    this.weights = weights;
  }

  /** In the mode that the settings name. */
  static <S> Exchange<S> of(
      Stage<S> stage,
      TrainerSettings settings,
      Samples<S> samples,
      double lrScale,
      NDArray weights,
      Threads threads) {
    return settings.exchange().inRounds()
        ? new Rounds<>(stage, settings, samples, lrScale, weights, threads)
        : new Synchronous<>(stage, settings, samples, lrScale, weights, threads);
  }

  /**
   * Trains until after the next exchange.
   *
   * @param regroup whether this replica knows of newcomers
   */
  abstract Outcome advance(Peers peers, boolean regroup)
      throws GenerationOver, InterruptedException;

  /** Everything that is here and whole, old and new. */
  abstract List<Shelf> shelves();

  /** A shelf to be filled; it stands nowhere until {@link #filled}. */
  abstract Shelf open(String key);

  /** Says at which step a shelf stands that was filled. */
  abstract void filled(String key, long at);

  /** Drops what does not stand at {@code at} or need not be kept, and goes on from there. */
  void settle(long at, int skipped, Predicate<String> kept) {
    if (at != step) {
      throw new IllegalStateException("the weights stand at step %d, not %d".formatted(step, at));
    }
    skippedInRow = skipped;
  }

  /** The step that is next. */
  final long step() {
    return step;
  }

  /** Bytes of gradients or moves sent since the last call. */
  final long takeBytesSent() {
    return reduction.takeBytesSent();
  }

  /** Steps in a row, up to now, without a finite gradient. */
  final int skippedInRow() {
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
    reduction.close();
    manager.close();
  }
}
