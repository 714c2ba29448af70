package ai.echogen.torch;

/**
 * A run of a tensor's elements, row-major, in an open file.
 *
 * @param first index of the first element
 * @param count number of elements
 */
public record TensorSlice(SafetensorsFile file, String tensor, long first, long count) {
  public TensorSlice {
    long size = file.tensor(tensor).numElements();
    if (first < 0 || count < 0 || count > size - first) {
      throw new IllegalArgumentException(
          "%s has %d elements, asked for %d from %d".formatted(tensor, size, count, first));
    }
  }

  /** All of a tensor. */
  public static TensorSlice of(SafetensorsFile file, String tensor) {
    return new TensorSlice(file, tensor, 0, file.tensor(tensor).numElements());
  }

  /** A run of this run. */
  public TensorSlice slice(long from, long length) {
    return new TensorSlice(file, tensor, first + from, length);
  }

  /** The type in the file. */
  public SafetensorsType type() {
    return file.tensor(tensor).type();
  }
}
