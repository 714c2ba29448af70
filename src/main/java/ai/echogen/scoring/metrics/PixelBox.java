package ai.echogen.scoring.metrics;

import ai.echogen.layout.Box;
import java.io.Serializable;
import java.util.Locale;

/**
 * A box in pixels, as a file or a model says it: corners (x0, y0) and (x1, y1), which may be empty,
 * in the wrong order or outside the image. {@link Box} is the one that cannot.
 */
public record PixelBox(double x0, double y0, double x1, double y1) implements Serializable {
  private static final double LEAST_AREA = 1e-6; // of a union or a hull, squared pixels
  private static final double FARTHEST = 1e9; // no image is as large, and areas stay finite

  /**
   * Checks that the numbers are numbers.
   *
   * @throws IllegalArgumentException if one is not finite, or beyond any image
   */
  public PixelBox {
    for (double at : new double[] {x0, y0, x1, y1}) {
      if (!(Math.abs(at) <= FARTHEST)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "a box needs four numbers between -1e9 and 1e9, got [%s, %s, %s, %s]",
                x0,
                y0,
                x1,
                y1));
      }
    }
  }

  /** The box at (x, y) with a width and a height. */
  public static PixelBox ofSize(double x, double y, double width, double height) {
    return new PixelBox(x, y, x + width, y + height);
  }

  /** A box that is relative to its image, in the pixels of an image of this size. */
  public static PixelBox of(Box box, double imageWidth, double imageHeight) {
    return new PixelBox(
        box.x0() * imageWidth,
        box.y0() * imageHeight,
        box.x1() * imageWidth,
        box.y1() * imageHeight);
  }

  public double width() {
    return x1 - x0;
  }

  public double height() {
    return y1 - y0;
  }

  /** Width times height, which is meaningless where one is negative. */
  public double area() {
    return width() * height();
  }

  /** The same box with each pair of corners in order. */
  public PixelBox sorted() {
    return new PixelBox(Math.min(x0, x1), Math.min(y0, y1), Math.max(x0, x1), Math.max(y0, y1));
  }

  /** The part within an image; empty, at its border, if there is none. */
  public PixelBox clipped(double imageWidth, double imageHeight) {
    return new PixelBox(
        clip(x0, imageWidth), clip(y0, imageHeight), clip(x1, imageWidth), clip(y1, imageHeight));
  }

  /** Where both are; of boxes that do not meet, corners in the wrong order. */
  public PixelBox intersection(PixelBox other) {
    return new PixelBox(
        Math.max(x0, other.x0),
        Math.max(y0, other.y0),
        Math.min(x1, other.x1),
        Math.min(y1, other.y1));
  }

  /**
   * Intersection over union, in [0, 1]: Ref-L4's, where a union is at least 1e-6, so empty boxes
   * and those in the wrong order have 0.
   */
  public double iou(PixelBox other) {
    double overlap = overlap(other);
    return overlap / Math.max(area() + other.area() - overlap, LEAST_AREA);
  }

  /** The same as Ref-L4's evaluator rounds it: every step in float32. */
  public float iouFloat32(PixelBox other) {
    float ax0 = (float) x0;
    float ay0 = (float) y0;
    float ax1 = (float) x1;
    float ay1 = (float) y1;
    float bx0 = (float) other.x0;
    float by0 = (float) other.y0;
    float bx1 = (float) other.x1;
    float by1 = (float) other.y1;
    float across = Math.max(Math.min(ax1, bx1) - Math.max(ax0, bx0), 0);
    float down = Math.max(Math.min(ay1, by1) - Math.max(ay0, by0), 0);
    float overlap = across * down;
    float areas = (ax1 - ax0) * (ay1 - ay0) + (bx1 - bx0) * (by1 - by0);
    return overlap / Math.max(areas - overlap, (float) LEAST_AREA);
  }

  /**
   * Generalised IoU (1902.09630), in (-1, 1]: IoU less the empty share of the smallest box around
   * both; NaN where the corners of one are in the wrong order.
   */
  public double giou(PixelBox other) {
    if (!isInOrder() || !other.isInOrder()) {
      return Double.NaN;
    }
    double overlap = overlap(other);
    double union = Math.max(area() + other.area() - overlap, LEAST_AREA);
    double width = Math.max(x1, other.x1) - Math.min(x0, other.x0);
    double height = Math.max(y1, other.y1) - Math.min(y0, other.y0);
    double hull = Math.max(width * height, LEAST_AREA);
    return overlap / union - (hull - union) / hull;
  }

  /** Sum of the four differences of the corners, relative to the image. */
  public double l1OfCorners(PixelBox other, double imageWidth, double imageHeight) {
    return (Math.abs(x0 - other.x0) + Math.abs(x1 - other.x1)) / imageWidth
        + (Math.abs(y0 - other.y0) + Math.abs(y1 - other.y1)) / imageHeight;
  }

  /** Sum of the four differences of centres and sizes, relative to the image. */
  public double l1OfCentres(PixelBox other, double imageWidth, double imageHeight) {
    double x = Math.abs(x0 + x1 - other.x0 - other.x1) / 2;
    double y = Math.abs(y0 + y1 - other.y0 - other.y1) / 2;
    return (x + Math.abs(width() - other.width())) / imageWidth
        + (y + Math.abs(height() - other.height())) / imageHeight;
  }

  private boolean isInOrder() {
    return x0 <= x1 && y0 <= y1;
  }

  private double overlap(PixelBox other) {
    double across = Math.min(x1, other.x1) - Math.max(x0, other.x0);
    double down = Math.min(y1, other.y1) - Math.max(y0, other.y0);
    return Math.max(across, 0) * Math.max(down, 0);
  }

  private static double clip(double at, double end) {
    return Math.max(0, Math.min(at, end));
  }
}
