package ai.echogen.data.ingest;

import java.io.Serializable;

/**
 * One annotation, as the file has it: top left corner and size, in the image's unit.
 *
 * @param phrase what it is said to be, in this image
 * @param category its class; the phrase where there are none
 * @param crowd whether it is around many of them, which is no box of one
 */
public record SourceBox(
    String annotationId,
    String phrase,
    String category,
    double x,
    double y,
    double width,
    double height,
    boolean crowd)
    implements Serializable {
  private static final double MOST_SHARE = 1.5;

  /** One that is said to be of its category. */
  public SourceBox(
      String annotationId,
      String category,
      double x,
      double y,
      double width,
      double height,
      boolean crowd) {
    this(annotationId, category, category, x, y, width, height, crowd);
  }

  /** One between two corners, neither crowd nor of a category. */
  public static SourceBox between(
      String annotationId, String phrase, double x0, double y0, double x1, double y1) {
    return new SourceBox(annotationId, phrase, phrase, x0, y0, x1 - x0, y1 - y0, false);
  }

  /** The same in pixels of a picture in which this one is counted in shares. */
  SourceBox times(double pixelsX, double pixelsY) {
    return new SourceBox(
        annotationId,
        phrase,
        category,
        x * pixelsX,
        y * pixelsY,
        width * pixelsX,
        height * pixelsY,
        crowd);
  }

  /** Whether it is of numbers from 0 to 1, whichever four of a box they are. */
  boolean isOfShares() {
    return isOfShares(new double[] {x, y, width, height});
  }

  boolean isFinite() {
    return Double.isFinite(x + y + width + height);
  }

  /**
   * The same of a box's four numbers: corner and size, two corners, or centre and size. Some reach
   * a little beyond the picture.
   */
  public static boolean isOfShares(double[] box) {
    for (double value : box) {
      if (!(Math.abs(value) <= MOST_SHARE)) { // nor is NaN
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return "annotation %s (%s) [%s, %s, %s, %s]"
        .formatted(annotationId, phrase, x, y, width, height);
  }
}
