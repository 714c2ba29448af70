package ai.echogen.model.decoder;

/**
 * What the transformer computes in; weights are kept, and losses summed, in float32 in any case.
 */
public enum Precision {
  /** float32. */
  FP32(6),
  /**
   * bfloat16: matrix products, attention and what passes between them; norms, softmax and losses in
   * float32.
   */
  BF16(15);

  private final int scalarType;

  Precision(int scalarType) {
    this.scalarType = scalarType;
  }

  /** The number that TorchScript knows the type by. */
  String scalarType() {
    return Integer.toString(scalarType);
  }
}
