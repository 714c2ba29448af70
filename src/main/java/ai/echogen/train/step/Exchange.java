package ai.echogen.train.step;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.echogen.data.feed.Batching;
import ai.echogen.data.feed.FeedReader;
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
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

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

  /** Where the replica stands while its weights change, and until it is given a state. */
  protected static final long NOWHERE = -1;

  protected final Objective<S> objective;
  protected final TrainerSettings settings;
  protected final Device device;
  protected final NDManager manager;
  protected final Threads threads;
  protected final AllReduce allReduce;
  protected final GradientBuffers buffers;
  protected final BatchTotals<S> totals;
  protected final Optimizer optimizer;
  protected final StateShards stateShards;
  protected final NDArray weights;
  protected long step = NOWHERE;
  protected long end;
  protected double exchangeSeconds;
  private final double lrScale;
  private @Nullable FeedReader<S> feed;
  private int skippedInRow;

  /**
   * @param weights flat (P), trained in place; the caller keeps and closes them
   * @param lrScale factor on every learning rate
   */
  protected Exchange(
      Objective<S> objective,
      TrainerSettings settings,
      double lrScale,
      NDArray weights,
      Threads threads) {
    this.objective = objective;
    this.settings = settings;
    this.lrScale = lrScale;
    this.device = weights.getDevice();
    this.manager = Tensors.on(device);
    this.threads = threads;
    this.allReduce = new AllReduce(weights.size(), device, settings.exchange().wire(), threads);
    this.buffers = new GradientBuffers(manager, weights.size());
    this.totals = new BatchTotals<>(objective, this::read);
    this.optimizer = new Optimizer(settings.optim(), objective.groups(), device);
    this.stateShards = new StateShards(settings);
    this.weights = weights;
  }

  /** In the mode that the settings name. */
  public static <S> Exchange<S> of(
      Objective<S> objective,
      TrainerSettings settings,
      double lrScale,
      NDArray weights,
      Threads threads) {
    return settings.exchange().inRounds()
        ? new DiLoCo<>(objective, settings, lrScale, weights, threads)
        : new Synchronous<>(objective, settings, lrScale, weights, threads);
  }

  /** How a training cuts its samples. */
  public static Batching batching(TrainerSettings settings) {
    return new Batching(settings.batch(), settings.microShards(), settings.seed());
  }

  /** The samples of the steps to come; the caller keeps and closes them. */
  public void feed(FeedReader<S> reader) {
    feed = reader;
  }

  protected final MicroShards<S> microShards(AllReduce adds) {
    return new MicroShards<>(objective, batching(settings), this::read, threads, adds, buffers);
  }

  private List<S> read(long at, int microShard) throws IOException {
    return Objects.requireNonNull(feed, "no samples").read(at, microShard);
  }

  /**
   * Trains until after the next exchange.
   *
   * @param regroup whether this replica knows of newcomers
   */
  public abstract Outcome advance(Peers peers, boolean regroup)
      throws GenerationOver, IOException, InterruptedException;

  /** Everything that is here and whole, old and new. */
  public abstract List<StateShard> stateShards();

  /** A stateShard to be filled; it stands nowhere until {@link #filled}. */
  public abstract StateShard open(String key);

  /** Says at which step a stateShard stands that was filled. */
  public abstract void filled(String key, long at);

  /**
   * Drops what does not stand at {@code at} or need not be kept, and goes on from there.
   *
   * @param until the step up to which it will be asked to advance
   */
  public void settle(long at, long until, int skipped, Predicate<String> kept) {
    if (at != step) {
      throw new IllegalStateException(
          String.format(Locale.ROOT, "the weights stand at step %d, not %d", step, at));
    }
    skippedInRow = skipped;
    end = until;
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

  /**
   * What there is to say of a step, which counts as skipped or not from here on.
   *
   * @param counted samples, then tokens
   * @param hash of the gradient, or 0
   */
  protected final StepRecord record(
      long at,
      double[] metrics,
      double norm,
      boolean skipped,
      long[] counted,
      double seconds,
      long hash) {
    skippedInRow = skipped ? skippedInRow + 1 : 0;
    return new StepRecord(
        at, metrics, norm, lr(at), skipped, (int) counted[0], counted[1], seconds, hash);
  }

  protected final Outcome outcome(List<StepRecord> records, boolean regroup) {
    return new Outcome(records, regroup, skippedInRow >= settings.divergence().steps());
  }

  @Override
  public void close() {
    optimizer.close();
    allReduce.close();
    buffers.close();
    manager.close();
  }
}
