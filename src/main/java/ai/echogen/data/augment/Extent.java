package ai.echogen.data.augment;

import ai.echogen.layout.Box;
import ai.echogen.layout.Region;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Where a box comes to lie, relative to its picture, before it is clipped: it may reach beyond [0,
 * 1] × [0, 1].
 */
record Extent(double x0, double y0, double x1, double y1) {
  private static final double ROUNDING = 1e-6; // of a share

  static Extent of(Box box) {
    return new Extent(box.x0(), box.y0(), box.x1(), box.y1());
  }

  double area() {
    return (x1 - x0) * (y1 - y0);
  }

  /** The area that this and another one share. */
  double shared(Extent other) {
    double width = Math.min(x1, other.x1) - Math.max(x0, other.x0);
    double height = Math.min(y1, other.y1) - Math.max(y0, other.y0);
    return Math.max(0, width) * Math.max(0, height);
  }

  /** The share of its area that lies in the picture. */
  double visible() {
    double area = area();
    return area > 0 ? shared(new Extent(0, 0, 1, 1)) / area : 0;
  }

  /** What lies in the picture; empty if that is nothing, or less than a float can tell. */
  Optional<Box> box() {
    float left = clip(x0);
    float top = clip(y0);
    float right = clip(x1);
    float bottom = clip(y1);
    return left < right && top < bottom
        ? Optional.of(new Box(left, top, right, bottom))
        : Optional.empty();
  }

  private static float clip(double value) {
    return (float) Math.min(1, Math.max(0, value));
  }

  /**
   * Regions whose boxes have moved, clipped to the picture.
   *
   * @param move from where a box was to where it is
   * @param minVisible least share of a box's area that must lie in the picture; a region with less
   *     is left out
   */
  static List<Region> moved(List<Region> regions, double minVisible, UnaryOperator<Extent> move) {
    var moved = new ArrayList<Region>();
    for (var region : regions) {
      var extent = move.apply(of(region.box()));
      if (extent.visible() + ROUNDING >= minVisible) {
        extent
            .box()
            .ifPresent(box -> moved.add(new Region(region.phrase(), region.category(), box)));
      }
    }
    return moved;
  }
}
