package ai.echogen.train.optim;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.echogen.torch.Tensors;
import ai.echogen.torch.script.Script;
import ai.echogen.train.optim.Spans.Span;
import java.util.List;
import java.util.Map;

/**
 * The outer step of DiLoCo (Douillard and others, 2023): SGD with Nesterov momentum, as {@code
 * torch.optim.SGD} computes it, on the outer gradient −mean(deltas).
 *
 * <p>A delta is what one logical worker's inner steps changed: its weights minus the round's start.
 */
public final class OuterStep implements AutoCloseable {
  private final double lr;
  private final double momentum;
  private final List<Span> spans;
  private final Script script = Script.compile(OuterStep.class, Map.of(), "outer.script");

  /**
   * @param momentum 0 for a plain step; then lr 1 is the mean of the workers
   * @param size number of weights
   * @param device where they lie
   */
  public OuterStep(double lr, double momentum, long size, Device device) {
    this.lr = lr;
    this.momentum = momentum;
    this.spans = Spans.of(0, size, Spans.length(device));
  }

  public int numUnits() {
    return spans.size();
  }

  /**
   * Moves the weights of one unit in place.
   *
   * @param weights flat (P), at the round's start
   * @param velocity flat (P), kept across rounds
   * @param sum flat (P), of the deltas
   */
  public void apply(int unit, NDArray weights, NDArray velocity, NDArray sum, int numDeltas) {
    var span = spans.get(unit);
    try (var scope = sum.getManager().newSubManager()) {
      var s = new double[] {span.first(), span.count(), lr, momentum, numDeltas};
      script.evaluate(scope, "outer", weights, velocity, sum, Tensors.steering(scope, s));
    }
  }

  /** {@code moved = weights − start} over one unit's range. */
  public void difference(int unit, NDArray moved, NDArray weights, NDArray start) {
    var span = spans.get(unit);
    try (var scope = moved.getManager().newSubManager()) {
      var range = Tensors.steering(scope, span.first(), span.count());
      script.evaluate(scope, "difference", moved, weights, start, range);
    }
  }

  @Override
  public void close() {
    script.close();
  }
}
