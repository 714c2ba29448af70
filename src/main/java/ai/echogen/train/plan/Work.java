package ai.echogen.train.plan;

/**
 * FLOPs of matrix products; a multiplication and an addition are two.
 *
 * @param forward of the forward pass
 * @param backward of the gradients
 * @param again of what the backward pass computes once more, where activations are not kept
 * @param adapter an adapter's own share of all three
 */
public record Work(double forward, double backward, double again, double adapter) {
  static final Work NONE = new Work(0, 0, 0, 0);

  public double total() {
    return forward + backward + again;
  }

  Work plus(Work other) {
    return new Work(
        forward + other.forward,
        backward + other.backward,
        again + other.again,
        adapter + other.adapter);
  }

  Work times(double count) {
    return new Work(count * forward, count * backward, count * again, count * adapter);
  }

  /** The forward pass alone. */
  Work forwardOnly() {
    return new Work(forward, 0, 0, 0);
  }
}
