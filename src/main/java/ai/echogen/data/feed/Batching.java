package ai.echogen.data.feed;

import java.io.Serializable;

/**
 * How a training cuts its samples.
 *
 * @param batch samples a step
 * @param microShards parts of a batch, in order; sizes differ by one at most
 * @param seed of the order of the samples
 */
public record Batching(int batch, int microShards, long seed) implements Serializable {
  /** The first of a micro-shard's places in the batch; its last is before the next one's first. */
  public int firstPlace(int microShard) {
    return (int) ((long) microShard * batch / microShards);
  }

  /** Samples of a micro-shard. */
  public int size(int microShard) {
    return firstPlace(microShard + 1) - firstPlace(microShard);
  }
}
