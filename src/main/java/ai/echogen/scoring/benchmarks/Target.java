package ai.echogen.scoring.benchmarks;

import ai.echogen.layout.Box;
import ai.echogen.layout.Region;
import ai.echogen.scoring.metrics.PixelBox;
import java.io.Serializable;
import java.util.Optional;

/**
 * One true region of a case.
 *
 * @param category the class a detector would give it
 * @param box in pixels of the case's picture, as its source has it
 * @param area of what is in the box, in squared pixels: decides size groups, may be smaller
 * @param kind whether a system is asked for it
 * @param detail a longer description; empty where there is none
 */
public record Target(
    String phrase, String category, PixelBox box, double area, Kind kind, String detail)
    implements Serializable {
  /** What a region is there for. */
  public enum Kind {
    /** It is given to the system, and scored. */
    ASKED,
    /** It is in the true picture; a filter kept it from the system. */
    NOT_ASKED,
    /** The same around many objects, which COCO counts neither way. */
    CROWD
  }

  /** A region of a layout, in a picture of this size. */
  static Target of(Region region, int width, int height) {
    var box = PixelBox.of(region.box(), width, height);
    return new Target(region.phrase(), region.category(), box, box.area(), Kind.ASKED, "");
  }

  boolean isAsked() {
    return kind == Kind.ASKED;
  }

  Target with(Kind other) {
    return new Target(phrase, category, box, area, other, detail);
  }

  Target withCategory(String other) {
    return new Target(phrase, other, box, area, kind, detail);
  }

  /** Its part within the picture, relative to it; empty if there is none. */
  Optional<Box> relative(int width, int height) {
    return relative(box, width, height);
  }

  /** The same of any box. */
  static Optional<Box> relative(PixelBox box, int width, int height) {
    var within = box.clipped(width, height);
    float x0 = (float) (within.x0() / width);
    float y0 = (float) (within.y0() / height);
    float x1 = (float) (within.x1() / width);
    float y1 = (float) (within.y1() / height);
    return x0 < x1 && y0 < y1 ? Optional.of(new Box(x0, y0, x1, y1)) : Optional.empty();
  }
}
