package ai.echogen.data.ingest;

import java.io.Serializable;
import java.util.Arrays;

/** One instance annotation, as the file has it: pixels, top left corner and size. */
record SourceBox(
    String annotationId,
    String category,
    double x,
    double y,
    double width,
    double height,
    boolean crowd)
    implements Serializable {
  private static final double MOST_RELATIVE = 1.5;

  /** Whether it is of numbers from 0 to 1, whichever four of a box they are. */
  boolean isRelative() {
    return isRelative(new double[] {x, y, width, height});
  }

  /**
   * The same of a box's four numbers: corner and size, two corners, or centre and size. Some reach
   * a little beyond the picture.
   */
  static boolean isRelative(double[] box) {
    return Arrays.stream(box).allMatch(value -> Math.abs(value) <= MOST_RELATIVE);
  }

  @Override
  public String toString() {
    return "annotation %s (%s) [%s, %s, %s, %s]"
        .formatted(annotationId, category, x, y, width, height);
  }
}
