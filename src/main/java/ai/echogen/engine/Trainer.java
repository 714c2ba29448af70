package ai.echogen.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.echogen.engine.Board.Phase;
import ai.echogen.observe.MetricSink;
import ai.echogen.observe.Metrics;
import ai.echogen.stages.Stage;
import ai.echogen.torch.Tensors;
import ai.echogen.torch.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Trains a stage: batches, micro-shards, reduction, optimiser, metrics.
 *
 * <p>A step is three phases on a {@link Board}: the micro-shards' gradients; their sum in a fixed
 * binary tree, range by range; the update, range by range. Every unit is a pure function of what
 * the phase before it left, so the weights after N steps have the same bits whatever number of
 * tasks shares the work. Spark runs the tasks: see {@link LocalSteps}.
 */
public final class Trainer<S> implements AutoCloseable {
  /** So many steps in a row without a finite gradient end the run. */
  private static final int MOST_SKIPPED = 10;

  private final Stage<S> stage;
  private final TrainerSettings settings;
  private final BatchOrder<S> order;
  private final ToIntFunction<S> numTokens;
  private MetricSink metrics = new Metrics();
  private final Optimizer optimizer;
  private final Weights weights;
  private final MetricWindow window;
  private List<S> batch = List.of();
  private Stage.Result[] results = {};
  private @Nullable NDManager scratch;
  private long step;
  private long until;
  private int skippedInRow;
  private Next next = Next.GRADIENTS;

  private enum Next {
    GRADIENTS,
    REDUCE,
    UPDATE,
    FINISH
  }

  /**
   * @param initial taken over: trained in place, and closed with this trainer
   * @param numTokens a sample's length, for batches of like length and for throughput
   */
  public Trainer(
      Stage<S> stage,
      List<S> samples,
      ToIntFunction<S> numTokens,
      TrainerSettings settings,
      Weights initial) {
    this.stage = stage;
    this.settings = settings;
    this.order = new BatchOrder<>(samples, numTokens, settings.batch(), settings.seed());
    this.numTokens = numTokens;
    this.optimizer = new Optimizer(settings.optim(), stage.layout().size(), stage.groups());
    this.weights = initial;
    this.window = new MetricWindow(stage.metrics());
  }

  /** Steps done so far. */
  public long step() {
    return step;
  }

  /** The weights now; this trainer's own, so read them between runs only. */
  public Weights weights() {
    return weights;
  }

  /** First and second moments, flat (P) each, if any; read and restored by checkpoints. */
  List<NDArray> moments() {
    return optimizer.hasMoments()
        ? List.of(optimizer.firstMoments(), optimizer.secondMoments())
        : List.of();
  }

  /** Goes on from a checkpoint's step, whose weights and moments have been put in place. */
  void resumeAt(long resumed) {
    step = resumed;
  }

  /**
   * The work up to, but without, step {@code end}; any number of threads may do it together.
   *
   * @param sink where the metrics go
   */
  Board board(long end, MetricSink sink) {
    metrics = sink;
    until = end;
    next = Next.GRADIENTS;
    return new Board(this::nextPhase);
  }

  @Override
  public void close() {
    if (scratch != null) {
      scratch.close();
    }
    optimizer.close();
    weights.close();
  }

  private Optional<Phase> nextPhase() {
    if (next == Next.FINISH) {
      finish();
    }
    if (next == Next.GRADIENTS) {
      if (step >= until) {
        return Optional.empty();
      }
      batch = order.batch(step);
      results = new Stage.Result[settings.microShards()];
      scratch = Tensors.cpu();
      next = Next.REDUCE;
      return phase(settings.microShards(), this::gradient);
    }
    if (next == Next.REDUCE) {
      next = Next.UPDATE;
      var gradients = Arrays.stream(results).map(Stage.Result::gradient).toList();
      return phase(optimizer.numReductions(), unit -> optimizer.reduce(unit, gradients));
    }
    next = Next.FINISH;
    double norm = optimizer.gradientNorm();
    window.put("grad_norm", norm);
    if (!Double.isFinite(norm)) {
      return Optional.of(noUpdate());
    }
    skippedInRow = 0;
    double clip = optimizer.clipFactor(norm);
    double lr = settings.optim().lrAt(step, settings.steps());
    long now = step;
    return phase(
        optimizer.numUpdates(), unit -> optimizer.update(unit, weights.flat(), now, lr, clip));
  }

  private void gradient(int unit) {
    int from = (int) ((long) unit * settings.batch() / settings.microShards());
    int to = (int) ((long) (unit + 1) * settings.batch() / settings.microShards());
    var shard = new Stage.MicroShard<S>(settings.seed(), step, batch, from, to);
    results[unit] = stage.gradient(scratch(), weights.flat(), shard);
  }

  /** A step whose gradient is not finite moves nothing; too many in a row end the run. */
  private Phase noUpdate() {
    window.skip();
    if (++skippedInRow >= MOST_SKIPPED) {
      throw new IllegalStateException(
          "the gradient was NaN or infinite in %d steps in a row, up to step %d; lower optim.lr or optim.clipNorm"
              .formatted(MOST_SKIPPED, step));
    }
    return new Phase() {
      @Override
      public int units() {
        return 1;
      }

      @Override
      public void run(int unit) {}
    };
  }

  private void finish() {
    var sides = new ArrayList<NDList>();
    for (var result : results) {
      sides.add(result.sides());
    }
    stage.afterStep(step, weights.flat(), sides);
    long tokens = batch.stream().mapToLong(numTokens::applyAsInt).sum();
    window.step(results, batch.size(), tokens);
    scratch().close();
    scratch = null;
    step++;
    if (step % settings.logEvery() == 0 || step == settings.steps()) {
      window.put("lr", settings.optim().lrAt(step - 1, settings.steps()));
      metrics.log(step, window.flush());
    }
    next = Next.GRADIENTS;
  }

  private NDManager scratch() {
    if (scratch == null) {
      throw new IllegalStateException("no step is under way");
    }
    return scratch;
  }

  private static Optional<Phase> phase(int units, java.util.function.IntConsumer work) {
    return Optional.of(
        new Phase() {
          @Override
          public int units() {
            return units;
          }

          @Override
          public void run(int unit) {
            work.accept(unit);
          }
        });
  }
}
