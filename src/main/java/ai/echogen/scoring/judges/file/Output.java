package ai.echogen.scoring.judges.file;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What comes out of a network, whatever type it had there.
 *
 * @param place the model's file, for messages
 * @param values row by row
 */
record Output(String place, String name, long[] shape, float[] values) {
  /** More than this from one picture is a mistake or an attack: 256 MiB. */
  static final long MOST_VALUES = 64L << 20;

  private static final int MOST_LETTERS = 400;

  /** The length of a dimension. */
  int length(int dimension) {
    return Math.toIntExact(shape[dimension]);
  }

  /** An error that says what the output is and what it should be. */
  IllegalArgumentException mustBe(String what) {
    return wrong("is " + shown(shape) + "; " + what);
  }

  /** An error about this output. */
  IllegalArgumentException wrong(String what) {
    return new IllegalArgumentException("%s: its output %s %s".formatted(place, cut(name), what));
  }

  /** Fails where a value is not a number, or is infinite. */
  void requireFinite() {
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw wrong(String.format(Locale.ROOT, "has %s at %d", values[i], i));
      }
    }
  }

  /** The beginning of a text that may be long, such as names in a file. */
  static String cut(String text) {
    return text.length() <= MOST_LETTERS ? text : text.substring(0, MOST_LETTERS) + "…";
  }

  /** A shape as {@code 1 × 84 × 8400}; what is free is {@code ?}. */
  static String shown(long[] shape) {
    return shape.length == 0
        ? "a single number"
        : Arrays.stream(shape)
            .mapToObj(length -> length < 0 ? "?" : Long.toString(length))
            .collect(Collectors.joining(" × "));
  }

  @Override
  public String toString() {
    return name + " " + shown(shape);
  }
}
