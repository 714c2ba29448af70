package ai.echogen.data.augment;

import ai.echogen.image.Picture;

/** Turns by right angles, to the pixel. */
final class QuarterTurn {
  /** Quarters of a whole turn. */
  static final int QUARTERS = 4;

  private QuarterTurn() {}

  /** Clockwise by so many quarters, 0 to 3. */
  static Annotated turn(Annotated before, int quarters) {
    var turned = before;
    for (int i = 0; i < quarters; i++) {
      var regions = Extent.moved(turned.regions(), 0, QuarterTurn::turn);
      turned = turned.with(turn(turned.picture()), regions);
    }
    return turned;
  }

  /** Clockwise by one quarter. */
  static Picture turn(Picture picture) {
    int width = picture.height();
    int height = picture.width();
    var argb = new int[width * height];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        argb[y * width + x] = picture.argb()[(picture.height() - 1 - x) * picture.width() + y];
      }
    }
    return new Picture(width, height, argb);
  }

  private static Extent turn(Extent box) {
    return new Extent(1 - box.y1(), box.x0(), 1 - box.y0(), box.x1());
  }
}
