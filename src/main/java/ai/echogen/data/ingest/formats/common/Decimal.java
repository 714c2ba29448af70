package ai.echogen.data.ingest.formats.common;

import org.jspecify.annotations.Nullable;

/** Numbers as text files have them. */
public final class Decimal {
  private static final String LETTERS = "0123456789.+-eE"; // not those of 0x1p3, 1d and Infinity
  private static final int LONGEST = 100;

  private Decimal() {}

  /** A finite number, such as {@code -0.5} or {@code 5e-05}; NaN if it is none. */
  public static double of(@Nullable String text) {
    if (text == null
        || text.length() > LONGEST
        || !text.chars().allMatch(c -> LETTERS.indexOf(c) >= 0)) {
      return Double.NaN;
    }
    try {
      double number = Double.parseDouble(text);
      return Double.isFinite(number) ? number : Double.NaN;
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }
}
