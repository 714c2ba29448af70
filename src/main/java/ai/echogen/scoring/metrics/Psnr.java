package ai.echogen.scoring.metrics;

import java.awt.image.BufferedImage;
import java.util.Locale;

/** Peak signal-to-noise ratio, in decibels. */
public final class Psnr {
  private Psnr() {}

  /** Between two images of one size, over red, green and blue; infinite for equal ones. */
  public static double of(BufferedImage a, BufferedImage b) {
    return ofMeanSquare(meanSquare(a, b), 255);
  }

  /** From a mean squared error, of values whose range is {@code peak}. */
  public static double ofMeanSquare(double meanSquare, double peak) {
    return 10 * Math.log10(peak * peak / meanSquare);
  }

  /** Mean squared difference of the channels, each 0 to 255. */
  public static double meanSquare(BufferedImage a, BufferedImage b) {
    var width = a.getWidth();
    var height = a.getHeight();
    if (b.getWidth() != width || b.getHeight() != height) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "images must have one size, got %d × %d and %d × %d",
              width,
              height,
              b.getWidth(),
              b.getHeight()));
    }
    var sum = 0L;
    for (var y = 0; y < height; y++) {
      for (var x = 0; x < width; x++) {
        var first = a.getRGB(x, y);
        var second = b.getRGB(x, y);
        for (var shift = 0; shift <= 16; shift += 8) {
          long difference = (first >> shift & 0xFF) - (second >> shift & 0xFF);
          sum += difference * difference;
        }
      }
    }
    return sum / (3.0 * width * height);
  }
}
