package ai.echogen.train.plan;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A number of bytes as people write it: {@code 80g} as Spark does, in powers of 1,024, and so
 * {@code 80GiB}; {@code 80GB} in powers of 1,000.
 */
public final class MemorySize {
  private static final Pattern FORM =
      Pattern.compile("(\\d{1,15}(?:\\.\\d{1,9})?) ?([kmgt])(i?b?)");
  private static final String UNITS = "kmgt";

  private final String text;
  private final long bytes;

  private MemorySize(String text, long bytes) {
    this.text = text;
    this.bytes = bytes;
  }

  /**
   * The size that a text says.
   *
   * @throws IllegalArgumentException if it says none
   */
  public static MemorySize of(String text) {
    var form = FORM.matcher(text.toLowerCase(Locale.ROOT));
    if (form.matches()) {
      int base = form.group(3).equals("b") ? 1000 : 1024;
      var unit = BigDecimal.valueOf(base).pow(1 + UNITS.indexOf(form.group(2)));
      var bytes = new BigDecimal(form.group(1)).multiply(unit);
      if (bytes.signum() > 0 && bytes.compareTo(BigDecimal.valueOf(1L << 60)) < 0) {
        return new MemorySize(text, bytes.longValue());
      }
    }
    throw new IllegalArgumentException("must be a size such as 80g or 512m, got \"" + text + "\"");
  }

  /** So many GiB. */
  static MemorySize ofGibibytes(int count) {
    return of(count + "g");
  }

  public long bytes() {
    return bytes;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof MemorySize size && bytes == size.bytes;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(bytes);
  }

  /** As it was given. */
  @Override
  public String toString() {
    return text;
  }
}
