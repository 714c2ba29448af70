package ai.echogen.torch.safetensors;

import java.util.Locale;
import java.util.Optional;

/**
 * A run of a tensor's elements, row-major, in an open file.
 *
 * @param first index of the first element
 * @param count number of elements
 * @param change what is added to the elements when they are copied, if anything is
 */
public record TensorSlice(
    SafetensorsFile file, String tensor, long first, long count, Optional<Change> change) {
  /** A sum's other part, known by an element's index in the whole tensor. */
  public interface Change {
    /**
     * Adds to all of the values, in float32.
     *
     * @param first index of the first of them
     */
    void addTo(long first, float[] values);
  }

  /** Elements as they are. */
  public TensorSlice(SafetensorsFile file, String tensor, long first, long count) {
    this(file, tensor, first, count, Optional.empty());
  }

  public TensorSlice {
    long size = file.tensor(tensor).numElements();
    if (first < 0 || count < 0 || count > size - first) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "%s has %d elements, asked for %d from %d", tensor, size, count, first));
    }
  }

  /** All of a tensor. */
  public static TensorSlice of(SafetensorsFile file, String tensor) {
    return new TensorSlice(file, tensor, 0, file.tensor(tensor).numElements());
  }

  /** A run of this run. */
  public TensorSlice slice(long from, long length) {
    return new TensorSlice(file, tensor, first + from, length, change);
  }

  /** The same elements with something added to them. */
  public TensorSlice plus(Change added) {
    return new TensorSlice(file, tensor, first, count, Optional.of(added));
  }

  /** The type in the file. */
  public SafetensorsType type() {
    return file.tensor(tensor).type();
  }
}
