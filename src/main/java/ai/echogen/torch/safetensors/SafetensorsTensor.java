package ai.echogen.torch.safetensors;

import java.util.List;

/**
 * Where one tensor lies in a safetensors file.
 *
 * @param shape row-major; empty for a scalar
 * @param begin first byte, from the start of the file
 * @param end one past the last byte, from the start of the file
 */
public record SafetensorsTensor(
    String name, SafetensorsType type, List<Long> shape, long begin, long end) {
  public SafetensorsTensor {
    shape = List.copyOf(shape);
  }

  public long numElements() {
    return numBytes() / type.numBytes();
  }

  public long numBytes() {
    return end - begin;
  }

  /** The shape as an array of its own, as tensor libraries take it. */
  public long[] dimensions() {
    return shape.stream().mapToLong(Long::longValue).toArray();
  }
}
