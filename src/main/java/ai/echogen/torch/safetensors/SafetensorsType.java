package ai.echogen.torch.safetensors;

/** Element types of a safetensors file, in the order in which the reference writer stores them. */
public enum SafetensorsType {
  BOOL(1),
  U8(1),
  I8(1),
  F8_E5M2(1),
  F8_E4M3(1),
  I16(2),
  U16(2),
  F16(2),
  BF16(2),
  I32(4),
  U32(4),
  F32(4),
  F64(8),
  I64(8),
  U64(8);

  private final int numBytes;

  SafetensorsType(int numBytes) {
    this.numBytes = numBytes;
  }

  /** Whether elements are IEEE floating-point numbers or bfloat16: what weights are kept in. */
  public boolean isFloat() {
    return this == F64 || this == F32 || this == F16 || this == BF16;
  }

  /** Bytes an element. */
  public int numBytes() {
    return numBytes;
  }
}
