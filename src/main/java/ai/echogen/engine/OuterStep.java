package ai.echogen.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.echogen.torch.Script;
import ai.echogen.torch.Tensors;
import java.util.List;
import java.util.Map;

/**
 * The outer step of DiLoCo (Douillard and others, 2023): SGD with Nesterov momentum, as {@code
 * torch.optim.SGD} computes it, on the outer gradient −mean(deltas).
 *
 * <p>A delta is what one logical worker's inner steps changed: its weights minus the round's start.
 */
final class OuterStep implements AutoCloseable {
  private final double lr;
  private final double momentum;
  private final NDManager manager = Tensors.cpu();
  private final Script script = Script.compile(Optimizer.class, Map.of(), "optimizer.ts");
  private final NDArray velocity;

  /**
   * @param momentum 0 for a plain step; then lr 1 is the mean of the workers
   * @param size number of weights
   */
  OuterStep(double lr, double momentum, long size) {
    this.lr = lr;
    this.momentum = momentum;
    this.velocity = manager.zeros(new Shape(size));
  }

  /** Flat (P); kept across rounds. */
  NDArray momentum() {
    return velocity;
  }

  /**
   * Moves the weights in place.
   *
   * @param weights flat (P), at the round's start
   * @param deltas flat (P) each, added in a fixed binary tree over their order
   */
  void apply(NDArray weights, List<NDArray> deltas) {
    try (var scope = manager.newSubManager()) {
      var settings = scope.create(new double[] {lr, momentum});
      script.evaluate(scope, "outer", weights, velocity, deltas, settings);
    }
  }

  @Override
  public void close() {
    script.close();
    manager.close();
  }
}
