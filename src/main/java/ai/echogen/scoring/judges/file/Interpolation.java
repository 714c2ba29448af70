package ai.echogen.scoring.judges.file;

/**
 * How new pixels come of old ones, in one direction: weights of neighbours, which sum to 1.
 *
 * <p>The product scales by areas everywhere else; here networks are given what they were measured
 * with. Values are not rounded to whole levels in between, as some of the originals do.
 */
enum Interpolation {
  /** Between two neighbours whatever the scale: OpenCV's linear, PyTorch's without antialias. */
  BILINEAR,
  /** A triangle as wide as the scale, as Pillow has it. */
  BILINEAR_ANTIALIASED,
  /** Keys' cubic with a = -0.5 as wide as the scale, as Pillow has it. */
  BICUBIC_ANTIALIASED,
  /** The mean of the area that a new pixel covers. */
  AREA;

  /**
   * The weights of one new pixel.
   *
   * @param first old pixel that counts
   */
  record Taps(int first, double[] weights) {
    /** The last that counts. */
    int last() {
      return first + weights.length - 1;
    }
  }

  /**
   * The weights of a new pixel.
   *
   * @param place of it, from 0
   * @param old how many pixels there were
   * @param size how many there shall be
   */
  Taps taps(int place, int old, int size) {
    double scale = (double) old / size;
    double width = this == BILINEAR ? 1 : Math.max(1, scale); // of the kernel's unit
    double reach = this == AREA ? scale / 2 : (this == BICUBIC_ANTIALIASED ? 2 : 1) * width;
    double middle = (place + 0.5) * scale;
    int first = Math.max(0, (int) Math.floor(middle - reach));
    int last = Math.min(old - 1, (int) Math.ceil(middle + reach) - 1);
    var weights = new double[last - first + 1];
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      double pixel = first + i;
      weights[i] =
          this == AREA
              ? Math.max(0, Math.min(pixel + 1, middle + reach) - Math.max(pixel, middle - reach))
              : kernel((pixel + 0.5 - middle) / width);
      sum += weights[i];
    }
    for (int i = 0; i < weights.length; i++) {
      weights[i] /= sum;
    }
    return new Taps(first, weights);
  }

  private double kernel(double distance) {
    double x = Math.abs(distance);
    if (this != BICUBIC_ANTIALIASED) {
      return Math.max(0, 1 - x);
    }
    if (x < 1) {
      return (1.5 * x - 2.5) * x * x + 1;
    }
    return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
  }
}
