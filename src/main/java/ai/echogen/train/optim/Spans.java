package ai.echogen.train.optim;

import java.util.ArrayList;
import java.util.List;

/** Ranges of a flat tensor that are worked on at once; the cut depends on its size alone. */
public final class Spans {
  /** Longest range. */
  public static final long LENGTH = 1 << 18;

  /** {@code count} elements from {@code first} on. */
  public record Span(long first, long count) {
    public long end() {
      return first + count;
    }
  }

  private Spans() {}

  /** Cuts {@code size} elements from {@code first} on. */
  public static List<Span> of(long first, long size) {
    return of(first, size, LENGTH);
  }

  public static List<Span> of(long first, long size, long length) {
    var spans = new ArrayList<Span>();
    for (long at = 0; at < size; at += length) {
      spans.add(new Span(first + at, Math.min(length, size - at)));
    }
    return spans;
  }
}
