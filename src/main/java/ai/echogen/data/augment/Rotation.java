package ai.echogen.data.augment;

import ai.echogen.image.Picture;

/**
 * A turn about the middle of a picture by any angle, clockwise as it is seen. StrictMath, so the
 * same on every platform.
 *
 * @param cos of the angle
 * @param sin of the angle
 */
record Rotation(double cos, double sin) {
  static Rotation ofDegrees(double degrees) {
    double angle = StrictMath.toRadians(degrees);
    return new Rotation(StrictMath.cos(angle), StrictMath.sin(angle));
  }

  /**
   * The turned picture in a frame of a size of its own, middle on middle.
   *
   * @param outside what is seen where the picture ends
   */
  Picture turn(Picture picture, int width, int height, Fill.Outside outside) {
    var argb = new int[width * height];
    for (int y = 0; y < height; y++) {
      double down = y + 0.5 - height / 2.0;
      for (int x = 0; x < width; x++) {
        double right = x + 0.5 - width / 2.0;
        double fromX = right * cos + down * sin + picture.width() / 2.0;
        double fromY = down * cos - right * sin + picture.height() / 2.0;
        argb[y * width + x] = Sampling.bilinear(picture, fromX, fromY, outside);
      }
    }
    return new Picture(width, height, argb);
  }

  /**
   * Where a box comes to lie: around the turned ellipse that fills it, not around its turned
   * corners. Few objects reach into the corners of their boxes, and a box around the corners is
   * larger than its object after any turn: that of a disc would grow by 41 % at 45 degrees, where
   * this one stays. Of an object that is a rectangle the tips are cut off a little instead.
   *
   * @param width of the frame, pixels; the picture has the same
   * @param height of the frame, pixels
   */
  Extent turn(Extent box, int width, int height) {
    double right = ((box.x0() + box.x1()) / 2 - 0.5) * width;
    double down = ((box.y0() + box.y1()) / 2 - 0.5) * height;
    double middleX = right * cos - down * sin + width / 2.0;
    double middleY = right * sin + down * cos + height / 2.0;
    double a = (box.x1() - box.x0()) / 2 * width;
    double b = (box.y1() - box.y0()) / 2 * height;
    double reachX = Math.sqrt(a * cos * a * cos + b * sin * b * sin);
    double reachY = Math.sqrt(a * sin * a * sin + b * cos * b * cos);
    return new Extent(
        (middleX - reachX) / width,
        (middleY - reachY) / height,
        (middleX + reachX) / width,
        (middleY + reachY) / height);
  }
}
