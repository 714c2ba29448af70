package ai.echogen.data.layouts;

import ai.echogen.layout.Box;
import java.util.List;

/** What captions say of boxes, as geometry: whether it is true. */
final class Relations {
  /** A large thing has so many times the area of a much smaller one. */
  static final double MUCH_LARGER = 3;

  private static final double TOUCHING = 1e-3; // of the image's height

  private Relations() {}

  static boolean isLeftOf(Box a, Box b) {
    return a.x1() <= b.x0();
  }

  static boolean isAbove(Box a, Box b) {
    return a.y1() <= b.y0();
  }

  /** From left to right, and one horizontal line crosses them all. */
  static boolean isRow(List<Box> boxes) {
    double top = boxes.stream().mapToDouble(Box::y0).max().orElse(0);
    double bottom = boxes.stream().mapToDouble(Box::y1).min().orElse(1);
    boolean isOrdered = true;
    for (int i = 1; i < boxes.size(); i++) {
      isOrdered &= isLeftOf(boxes.get(i - 1), boxes.get(i));
    }
    return isOrdered && top < bottom;
  }

  /** From top to bottom, and one vertical line crosses them all. */
  static boolean isColumn(List<Box> boxes) {
    return isRow(boxes.stream().map(Relations::transposed).toList());
  }

  /** The first half of the boxes is a row above the row of the second half. */
  static boolean isGrid(List<Box> boxes) {
    var top = boxes.subList(0, boxes.size() / 2);
    var bottom = boxes.subList(boxes.size() / 2, boxes.size());
    return isRow(top)
        && isRow(bottom)
        && top.stream().allMatch(a -> bottom.stream().allMatch(b -> isAbove(a, b)));
  }

  /**
   * Their centres go round their middle once, clockwise as one sees it, from the topmost on, and no
   * box covers that middle.
   */
  static boolean isRing(List<Box> boxes) {
    double x = boxes.stream().mapToDouble(Relations::centerX).average().orElse(0);
    double y = boxes.stream().mapToDouble(Relations::centerY).average().orElse(0);
    double turned = 0;
    for (int i = 0; i < boxes.size(); i++) {
      double step = angle(boxes.get((i + 1) % boxes.size()), x, y) - angle(boxes.get(i), x, y);
      step += step < 0 ? 2 * Math.PI : 0;
      if (step <= 0 || step >= Math.PI || isIn(boxes.get(i), x, y)) {
        return false;
      }
      turned += step;
    }
    double top = boxes.stream().mapToDouble(Relations::centerY).min().orElse(0);
    return turned < 3 * Math.PI && centerY(boxes.get(0)) == top;
  }

  /** Each stands on the next: it touches its upper edge and does not jut out over it. */
  static boolean isStack(List<Box> boxes) {
    for (int i = 1; i < boxes.size(); i++) {
      var upper = boxes.get(i - 1);
      var lower = boxes.get(i);
      boolean stands =
          Math.abs(upper.y1() - lower.y0()) <= TOUCHING
              && upper.x0() >= lower.x0()
              && upper.x1() <= lower.x1();
      if (!stands) {
        return false;
      }
    }
    return true;
  }

  /** The first is much larger than each of the others, and hides none. */
  static boolean isLargeBeside(List<Box> boxes) {
    var large = boxes.get(0);
    return boxes.stream()
        .skip(1)
        .allMatch(box -> large.area() >= MUCH_LARGER * box.area() && large.iou(box) == 0);
  }

  /** All but the last are smaller than it, hide a part of it, and stand nearer: lower. */
  static boolean isInFront(List<Box> boxes) {
    var back = boxes.get(boxes.size() - 1);
    return boxes.subList(0, boxes.size() - 1).stream()
        .allMatch(box -> box.area() < back.area() && box.y1() > back.y1() && box.iou(back) > 0);
  }

  private static double angle(Box box, double x, double y) {
    return StrictMath.atan2(centerY(box) - y, centerX(box) - x); // y grows downwards: clockwise
  }

  private static boolean isIn(Box box, double x, double y) {
    return x >= box.x0() && x <= box.x1() && y >= box.y0() && y <= box.y1();
  }

  private static double centerX(Box box) {
    return ((double) box.x0() + box.x1()) / 2;
  }

  private static double centerY(Box box) {
    return ((double) box.y0() + box.y1()) / 2;
  }

  /** The box in the picture that is mirrored at its diagonal. */
  static Box transposed(Box box) {
    return new Box(box.y0(), box.x0(), box.y1(), box.x1());
  }
}
