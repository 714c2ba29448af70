package ai.echogen.train.step;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.echogen.torch.script.Script;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/** Flat tensors (P) for gradients, used again and again: new ones of a model's size cost time. */
final class GradientBuffers implements AutoCloseable {
  private final NDManager manager;
  private final long size;
  private final List<NDArray> all = new ArrayList<>();
  private final Deque<NDArray> free = new ArrayDeque<>();
  private final Script script =
      Script.compile(GradientBuffers.class, Map.of(), "gradient-buffers.script");

  /**
   * @param manager owns the tensors
   * @param size numbers of each
   */
  GradientBuffers(NDManager manager, long size) {
    this.manager = manager;
    this.size = size;
  }

  /** A tensor of zeros, until it is given back or all are. */
  NDArray take() {
    NDArray buffer;
    synchronized (this) {
      buffer = free.poll();
      if (buffer == null) {
        buffer = manager.create(new Shape(size));
        all.add(buffer);
      }
    }
    try (var scope = manager.newSubManager()) {
      script.evaluate(scope, "clear", buffer);
    }
    return buffer;
  }

  /** Takes back a tensor that nobody reads or writes any more. */
  synchronized void giveBack(NDArray buffer) {
    free.push(buffer);
  }

  /** Takes all back, whoever had them. */
  synchronized void giveBackAll() {
    free.clear();
    free.addAll(all);
  }

  /** How many there are. */
  synchronized int count() {
    return all.size();
  }

  @Override
  public void close() {
    script.close();
  }
}
