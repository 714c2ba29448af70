package ai.echogen.tokens;

import ai.echogen.layout.Box;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A box as PlanGen writes it: {@code [x0, y0, x1, y1]} in whole thousandths of the image.
 *
 * <p>Boxes on that grid come back exactly, others within half a thousandth a side; a side shorter
 * than a thousandth is written as one, so that no box comes back empty.
 */
final class BoxText {
  private static final int UNITS = 1000;
  private static final Pattern INTEGER = Pattern.compile("-?(0|[1-9][0-9]*)");
  private static final Pattern SEPARATOR = Pattern.compile(",");
  private static final Pattern SPACES_AROUND = Pattern.compile("^\\s+|\\s+$"); // of ASCII alone

  private BoxText() {}

  static String of(Box box) {
    int[] x = side(box.x0(), box.x1());
    int[] y = side(box.y0(), box.y1());
    return String.format(Locale.ROOT, "[%d, %d, %d, %d]", x[0], y[0], x[1], y[1]);
  }

  /**
   * The box of a text whose corners are in order; spaces around its numbers do not matter.
   *
   * @throws Unreadable saying what is wrong
   */
  static Box read(String text) throws Unreadable {
    int[] at = numbers(text);
    if (at[2] < at[0] || at[3] < at[1]) {
      throw new Unreadable("the corners of the box " + text + " are swapped");
    }
    return box(at[0], at[1], at[2], at[3], text);
  }

  /** The same for corners in any order; empty where nothing can be read. */
  static Optional<Box> readAnyOrder(String text) {
    try {
      int[] at = numbers(text);
      return Optional.of(
          box(
              Math.min(at[0], at[2]),
              Math.min(at[1], at[3]),
              Math.max(at[0], at[2]),
              Math.max(at[1], at[3]),
              text));
    } catch (Unreadable e) {
      return Optional.empty();
    }
  }

  private static Box box(int x0, int y0, int x1, int y1, String text) throws Unreadable {
    if (x0 == x1 || y0 == y1) {
      throw new Unreadable("the box " + text + " is empty");
    }
    return new Box((float) x0 / UNITS, (float) y0 / UNITS, (float) x1 / UNITS, (float) y1 / UNITS);
  }

  private static int[] numbers(String text) throws Unreadable {
    var list = trim(text);
    if (!list.startsWith("[")) {
      throw new Unreadable("the box '" + text + "' does not start with [");
    }
    if (!list.endsWith("]")) {
      throw new Unreadable("the box '" + text + "' does not end with ]");
    }
    // A limit of -1 keeps empty numbers at the end.
    var parts = SEPARATOR.split(list.substring(1, list.length() - 1), -1);
    if (parts.length != 4) {
      throw new Unreadable("the box " + text + " lists " + parts.length + " values, not 4");
    }
    int[] numbers = new int[4];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = number(trim(parts[i]), text);
    }
    return numbers;
  }

  private static int number(String part, String text) throws Unreadable {
    if (!INTEGER.matcher(part).matches()) {
      throw new Unreadable("the box " + text + " has '" + part + "', which is no integer");
    }
    if (part.startsWith("-") || part.length() > 4 || Integer.parseInt(part) > UNITS) {
      throw new Unreadable("the box " + text + " has " + part + ", which is outside 0 to 1000");
    }
    return Integer.parseInt(part);
  }

  private static String trim(String text) {
    return SPACES_AROUND.matcher(text).replaceAll("");
  }

  /** First and last thousandth, at least one apart. */
  private static int[] side(float start, float end) {
    int first = units(start);
    int last = units(end);
    if (first < last) {
      return new int[] {first, last};
    }
    return first < UNITS ? new int[] {first, first + 1} : new int[] {first - 1, first};
  }

  private static int units(float t) {
    return Math.max(0, Math.min(UNITS, (int) Math.round((double) UNITS * t)));
  }

  /** Why a text is no box. */
  static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;

    private final String reason;

    Unreadable(String reason) {
      super(reason, null, false, false);
      this.reason = reason;
    }

    String reason() {
      return reason;
    }
  }
}
