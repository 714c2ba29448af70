package ai.echogen.data.ingest;

import java.io.Serializable;

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
  /** Whether it lies within 0 to 1. */
  boolean isRelative() {
    return isRelative(new double[] {x, y, width, height});
  }

  /** The same of a box's four numbers; a little more is rounding. */
  static boolean isRelative(double[] box) {
    return box[0] >= 0
        && box[1] >= 0
        && box[2] > 0
        && box[3] > 0
        && box[0] + box[2] <= 1.001
        && box[1] + box[3] <= 1.001;
  }

  @Override
  public String toString() {
    return "annotation %s (%s) [%s, %s, %s, %s]"
        .formatted(annotationId, category, x, y, width, height);
  }
}
