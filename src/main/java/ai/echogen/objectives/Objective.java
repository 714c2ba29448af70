package ai.echogen.objectives;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.echogen.torch.weights.ParameterLayout;
import java.util.List;

/**
 * What one training step computes: a loss over a global batch, cut into micro-shards.
 *
 * <p>A micro-shard's result is a pure function of (weights, batch, its range of the batch, seed,
 * step): whoever runs it, and however often, the bits are the same. Implementations are
 * thread-safe: several micro-shards run at once.
 *
 * @param <S> a sample, as it is kept in memory
 */
public interface Objective<S> extends AutoCloseable {
  /** How the weights lie in the flat tensor. */
  ParameterLayout layout();

  /** The weights by how the optimiser treats them, in the order in which they lie, without gaps. */
  List<ParameterGroup> groups();

  /** Names of the metrics that {@link #gradient} returns, in order. */
  List<String> metrics();

  /**
   * The gradient of the whole batch's loss as far as it comes from one micro-shard, so that the sum
   * over the micro-shards is the gradient: losses are divided by the whole batch's counts.
   *
   * @param manager owns the result
   * @param weights flat (P), float32; not changed
   */
  Result gradient(NDManager manager, NDArray weights, MicroShard<S> shard);

  /**
   * Changes weights in place after the optimiser's step, where an objective does more than descend
   * (dead codes restarted, say). Runs once a step, on one thread.
   *
   * @param sides what the micro-shards left in {@link Result#sides}, in the order of their ids
   */
  default void afterStep(long step, NDArray weights, List<NDList> sides) {}

  @Override
  void close();

  /**
   * One micro-shard of one step.
   *
   * @param batch the whole global batch
   * @param from first sample of this micro-shard, inclusive
   * @param to last sample, exclusive
   */
  record MicroShard<S>(long seed, long step, List<S> batch, int from, int to) {
    public List<S> samples() {
      return batch.subList(from, to);
    }
  }

  /**
   * @param gradient flat (P), float32
   * @param metrics one a name of {@link Objective#metrics}; the sum over micro-shards is the
   *     batch's value
   * @param sides tensors for {@link Objective#afterStep}, may be empty
   */
  record Result(NDArray gradient, double[] metrics, NDList sides) {}
}
