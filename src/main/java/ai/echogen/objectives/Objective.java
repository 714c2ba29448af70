package ai.echogen.objectives;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.echogen.torch.weights.ParameterLayout;
import java.util.List;

/**
 * What is learnt: a loss over a step's batch, whose gradient is computed in micro-shards.
 *
 * <p>Results are pure functions of (weights, {@link Unit}): whoever computes them, and however
 * often, the bits are the same. Implementations are thread-safe: several micro-shards run at once.
 *
 * @param <S> a sample, as it is trained on
 */
public interface Objective<S> extends AutoCloseable {
  /** How the weights lie in the flat tensor. */
  ParameterLayout layout();

  /** The weights by how the optimiser treats them, in the order in which they lie, without gaps. */
  List<ParameterGroup> groups();

  /** Names of the metrics, the loss first; the sum over micro-shards is the batch's value. */
  List<String> metrics();

  /**
   * What a sample counts, one number a kind: losses are divided by the sums over the whole batch.
   * The first is its tokens, for throughput; all samples have the same kinds.
   */
  long[] counts(S sample);

  /**
   * Adds the gradient of the whole batch's loss as far as it comes from one micro-shard, so that
   * the sum over the micro-shards is the gradient.
   *
   * @param manager owns the outcome's tensors
   * @param gradient flat (P), float32, added to
   * @param weights flat (P), float32, on the same device; not changed
   */
  Outcome accumulate(NDManager manager, NDArray gradient, NDArray weights, Unit<S> unit);

  /**
   * The metrics without a gradient, and without what is random in training only.
   *
   * @return one value a name of {@link #metrics}
   */
  double[] measure(NDArray weights, Unit<S> unit);

  /**
   * Changes weights in place after the optimiser's step, where more than descent is wanted (dead
   * codes restarted, say). Runs on one thread, after each step, or after each round of steps.
   *
   * @param step the last that was made
   * @param sides what the micro-shards left in {@link Outcome#sides}, in their order; nothing after
   *     a round
   */
  default void afterStep(long step, NDArray weights, List<NDList> sides) {}

  /**
   * Whether each step's gradient is to be known by its hash, so that a step that is made again can
   * be compared with the first. It costs a pass over the gradient.
   */
  default boolean hashesGradients() {
    return false;
  }

  @Override
  void close();

  /**
   * What came of a micro-shard.
   *
   * @param metrics one a name of {@link Objective#metrics}
   * @param sides tensors for {@link Objective#afterStep}, may be empty
   */
  record Outcome(double[] metrics, NDList sides) {}
}
