package ai.echogen.train.optim;

import ai.djl.Device;
import java.util.ArrayList;
import java.util.List;

/** Ranges of a flat tensor that are worked on at once; the cut depends on its size alone. */
public final class Spans {
  /** Longest range in main memory: enough of them for all threads. */
  private static final long LENGTH = 1 << 18;

  /** Longest range on a GPU, where one operation is a launch and takes all of its processors. */
  private static final long ON_GPU = 1 << 22;

  /** {@code count} elements from {@code first} on. */
  public record Span(long first, long count) {
    public long end() {
      return first + count;
    }
  }

  private Spans() {}

  /** Longest range of tensors on a device. */
  public static long length(Device device) {
    return device.isGpu() ? ON_GPU : LENGTH;
  }

  /** Cuts {@code size} elements from {@code first} on into ranges of at most {@code length}. */
  public static List<Span> of(long first, long size, long length) {
    var spans = new ArrayList<Span>();
    for (long at = 0; at < size; at += length) {
      spans.add(new Span(first + at, Math.min(length, size - at)));
    }
    return spans;
  }
}
