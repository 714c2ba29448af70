package ai.echogen.data.ingest;

import java.io.Serializable;

/** One instance annotation, as the file has it: pixels, top left corner and size. */
record CocoBox(
    String annotationId,
    String category,
    double x,
    double y,
    double width,
    double height,
    boolean crowd)
    implements Serializable {
  @Override
  public String toString() {
    return "annotation %s (%s) [%s, %s, %s, %s]"
        .formatted(annotationId, category, x, y, width, height);
  }
}
