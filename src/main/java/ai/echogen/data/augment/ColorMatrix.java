package ai.echogen.data.augment;

import ai.echogen.image.Picture;

/**
 * What red, green and blue become of red, green and blue: three rows of three factors. Hue and
 * saturation leave grey what it is, and are those of SVG's feColorMatrix.
 *
 * @param factors row by row
 * @see <a href="https://www.w3.org/TR/filter-effects-1/#feColorMatrixElement">feColorMatrix</a>
 */
record ColorMatrix(double[] factors) {
  private static final double RED = 0.213; // of the luma
  private static final double GREEN = 0.715;
  private static final double BLUE = 0.072;
  private static final double[] LUMA = {RED, GREEN, BLUE};

  /** Turns the colours around grey. */
  static ColorMatrix hue(double degrees) {
    double angle = StrictMath.toRadians(degrees);
    double cos = StrictMath.cos(angle);
    double sin = StrictMath.sin(angle);
    return new ColorMatrix(
        new double[] {
          RED + cos * (1 - RED) - sin * RED,
          GREEN - cos * GREEN - sin * GREEN,
          BLUE - cos * BLUE + sin * (1 - BLUE),
          RED - cos * RED + sin * 0.143,
          GREEN + cos * (1 - GREEN) + sin * 0.140,
          BLUE - cos * BLUE - sin * 0.283,
          RED - cos * RED - sin * (1 - RED),
          GREEN - cos * GREEN + sin * GREEN,
          BLUE + cos * (1 - BLUE) + sin * BLUE
        });
  }

  /** Multiplies the distance from grey. */
  static ColorMatrix saturation(double factor) {
    var factors = new double[9];
    for (int row = 0; row < 3; row++) {
      for (int column = 0; column < 3; column++) {
        factors[row * 3 + column] = LUMA[column] * (1 - factor) + (row == column ? factor : 0);
      }
    }
    return new ColorMatrix(factors);
  }

  /** This one first, then another. */
  ColorMatrix then(ColorMatrix other) {
    var product = new double[9];
    for (int i = 0; i < 9; i++) {
      for (int k = 0; k < 3; k++) {
        product[i] += other.factors[i / 3 * 3 + k] * factors[k * 3 + i % 3];
      }
    }
    return new ColorMatrix(product);
  }

  ColorMatrix times(double factor) {
    var product = factors.clone();
    for (int i = 0; i < 9; i++) {
      product[i] *= factor;
    }
    return new ColorMatrix(product);
  }

  /** The mean luma of a picture whose values a curve has changed, from 0 to 1. */
  static double meanLuma(Picture picture, double[] curve) {
    double sum = 0;
    for (int pixel : picture.argb()) {
      sum +=
          RED * curve[pixel >> 16 & 0xFF]
              + GREEN * curve[pixel >> 8 & 0xFF]
              + BLUE * curve[pixel & 0xFF];
    }
    return sum / picture.argb().length;
  }

  /**
   * The picture of other colours.
   *
   * @param curve what each of the 256 values becomes first, from 0 to 1
   * @param offset is added to each channel, of the whole range
   */
  Picture apply(Picture picture, double[] curve, double offset) {
    var changed = new int[picture.argb().length];
    for (int i = 0; i < changed.length; i++) {
      double red = curve[picture.argb()[i] >> 16 & 0xFF];
      double green = curve[picture.argb()[i] >> 8 & 0xFF];
      double blue = curve[picture.argb()[i] & 0xFF];
      int pixel = 0xFF;
      for (int row = 0; row < 3; row++) {
        double value =
            factors[row * 3] * red
                + factors[row * 3 + 1] * green
                + factors[row * 3 + 2] * blue
                + offset;
        pixel = pixel << 8 | (int) Math.round(255 * Math.min(1, Math.max(0, value)));
      }
      changed[i] = pixel;
    }
    return new Picture(picture.width(), picture.height(), changed);
  }
}
