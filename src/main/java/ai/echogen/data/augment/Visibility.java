package ai.echogen.data.augment;

import ai.echogen.image.Picture;
import java.util.ArrayList;
import java.util.List;

/** How much of each box is still to be seen when things are pasted over the picture. */
final class Visibility {
  private final int width;
  private final int height;
  private final List<Target> targets = new ArrayList<>();

  /** Of a picture of this size in which nothing is to be kept visible yet. */
  Visibility(int width, int height) {
    this.width = width;
    this.height = height;
  }

  /** Adds a box that lies over all that is there. */
  void add(Extent box) {
    int x0 = pixel(Math.floor(box.x0() * width), width - 1);
    int y0 = pixel(Math.floor(box.y0() * height), height - 1);
    int x1 = Math.max(x0 + 1, pixel(Math.ceil(box.x1() * width), width));
    int y1 = Math.max(y0 + 1, pixel(Math.ceil(box.y1() * height), height));
    targets.add(new Target(new Picture.Area(x0, y0, x1 - x0, y1 - y0)));
  }

  private static int pixel(double place, int most) {
    return (int) Math.min(most, Math.max(0, place));
  }

  /** Whether something may be pasted there: no more than this share of any box is hidden then. */
  boolean admits(Picture.Area over, double mostHidden) {
    return targets.stream().allMatch(target -> target.hiddenBy(over) <= mostHidden);
  }

  /** Something is pasted there. */
  void hide(Picture.Area over) {
    targets.forEach(target -> target.hide(over));
  }

  /** The pixels that a box touches, and which of them are hidden. */
  private static final class Target {
    private final Picture.Area area;
    private final boolean[] hidden;
    private int numHidden;

    Target(Picture.Area area) {
      this.area = area;
      this.hidden = new boolean[area.width() * area.height()];
    }

    /** The share that is hidden once more is. */
    double hiddenBy(Picture.Area over) {
      int more = 0;
      for (int y = top(over); y < bottom(over); y++) {
        for (int x = left(over); x < right(over); x++) {
          more += hidden[place(x, y)] ? 0 : 1;
        }
      }
      return (double) (numHidden + more) / hidden.length;
    }

    void hide(Picture.Area over) {
      for (int y = top(over); y < bottom(over); y++) {
        for (int x = left(over); x < right(over); x++) {
          numHidden += hidden[place(x, y)] ? 0 : 1;
          hidden[place(x, y)] = true;
        }
      }
    }

    private int place(int x, int y) {
      return (y - area.y()) * area.width() + x - area.x();
    }

    private int left(Picture.Area over) {
      return Math.max(area.x(), over.x());
    }

    private int right(Picture.Area over) {
      return Math.min(area.x() + area.width(), over.x() + over.width());
    }

    private int top(Picture.Area over) {
      return Math.max(area.y(), over.y());
    }

    private int bottom(Picture.Area over) {
      return Math.min(area.y() + area.height(), over.y() + over.height());
    }
  }
}
