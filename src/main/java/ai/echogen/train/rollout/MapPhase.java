package ai.echogen.train.rollout;

import ai.djl.ndarray.NDArray;
import java.io.IOException;

/**
 * What one JVM does in a map phase. Results are pure functions of (weights, step, item), whoever
 * computes them: items are handed out anew when an executor is lost. Thread-safe.
 *
 * @param <P> an item, such as a prompt
 * @param <R> what becomes of it; it travels to the driver, so it is small and serializable
 */
public interface MapPhase<P, R> extends AutoCloseable {
  /**
   * Works on one item.
   *
   * @param weights flat (P), float32, of the replica; not changed
   * @param step that they stand at
   */
  R map(NDArray weights, long step, P item) throws IOException;

  @Override
  void close();
}
