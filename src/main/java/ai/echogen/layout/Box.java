package ai.echogen.layout;

import java.io.Serializable;

/**
 * An axis-aligned rectangle relative to its image: x grows to the right, y downwards, the image is
 * [0, 1] × [0, 1]. Never empty.
 */
public record Box(float x0, float y0, float x1, float y1) implements Serializable {
  public Box {
    if (!(x0 >= 0 && y0 >= 0 && x1 <= 1 && y1 <= 1 && x0 < x1 && y0 < y1)) {
      throw new IllegalArgumentException(
          "a box needs 0 <= x0 < x1 <= 1 and 0 <= y0 < y1 <= 1, got [%s, %s, %s, %s]"
              .formatted(x0, y0, x1, y1));
    }
  }

  public double area() {
    return ((double) x1 - x0) * ((double) y1 - y0);
  }

  /** Intersection over union, in [0, 1]. */
  public double iou(Box other) {
    var intersection = intersection(other);
    return intersection / (area() + other.area() - intersection);
  }

  /** Generalised IoU, in (-1, 1]: IoU less the empty share of the smallest box around both. */
  public double giou(Box other) {
    var width = (double) Math.max(x1, other.x1) - Math.min(x0, other.x0);
    var height = (double) Math.max(y1, other.y1) - Math.min(y0, other.y0);
    var hull = width * height;
    var union = area() + other.area() - intersection(other);
    return union == 0 ? 0 : iou(other) - (hull - union) / hull;
  }

  /** Mean absolute difference of the four coordinates, in [0, 1]. */
  public double l1(Box other) {
    return (Math.abs((double) x0 - other.x0)
            + Math.abs((double) y0 - other.y0)
            + Math.abs((double) x1 - other.x1)
            + Math.abs((double) y1 - other.y1))
        / 4;
  }

  private double intersection(Box other) {
    var width = (double) Math.min(x1, other.x1) - Math.max(x0, other.x0);
    var height = (double) Math.min(y1, other.y1) - Math.max(y0, other.y0);
    return Math.max(0, width) * Math.max(0, height);
  }
}
