package ai.echogen.data.augment;

import ai.echogen.image.Picture;

/** Colours between the pixels of a picture. */
final class Sampling {
  private Sampling() {}

  /**
   * The mean of the four pixels around a place, weighted by how near their middles are.
   *
   * @param x from the left edge, in pixels: the middle of the first pixel is 0.5
   * @param y from the upper edge
   * @param outside the pixels that the picture does not have
   * @return 0xAARRGGBB, each channel rounded
   */
  static int bilinear(Picture picture, double x, double y, Fill.Outside outside) {
    int left = (int) Math.floor(x - 0.5);
    int top = (int) Math.floor(y - 0.5);
    double toRight = x - 0.5 - left;
    double toBottom = y - 0.5 - top;
    int a = pixel(picture, left, top, outside);
    int b = pixel(picture, left + 1, top, outside);
    int c = pixel(picture, left, top + 1, outside);
    int d = pixel(picture, left + 1, top + 1, outside);
    int mixed = 0;
    for (int shift = 0; shift <= 24; shift += 8) {
      double upper = mix(a >>> shift & 0xFF, b >>> shift & 0xFF, toRight);
      double lower = mix(c >>> shift & 0xFF, d >>> shift & 0xFF, toRight);
      mixed |= (int) (mix(upper, lower, toBottom) + 0.5) << shift;
    }
    return mixed;
  }

  private static int pixel(Picture picture, int x, int y, Fill.Outside outside) {
    boolean isInside = x >= 0 && y >= 0 && x < picture.width() && y < picture.height();
    return isInside ? picture.argb()[y * picture.width() + x] : outside.at(x, y);
  }

  private static double mix(double from, double to, double share) {
    return from + (to - from) * share;
  }
}
