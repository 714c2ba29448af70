package ai.echogen.scoring.metrics;

import java.awt.image.BufferedImage;

/**
 * Fixed features of an image, which no network has learnt: of each cell of a 4 × 4 grid the mean
 * red, green and blue, and how much brightness changes from pixel to pixel across and down; all in
 * [0, 1].
 */
public final class PixelFeatures {
  private static final int GRID = 4;
  private static final int KINDS = 5;

  private PixelFeatures() {}

  /** The 80 features, cell by cell. */
  public static double[] of(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    var sums = new double[GRID * GRID * KINDS];
    var counts = new int[GRID * GRID];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int cell = y * GRID / height * GRID + x * GRID / width;
        int rgb = image.getRGB(x, y);
        double own = brightness(rgb);
        int at = cell * KINDS;
        sums[at] += (rgb >> 16 & 0xff) / 255.0;
        sums[at + 1] += (rgb >> 8 & 0xff) / 255.0;
        sums[at + 2] += (rgb & 0xff) / 255.0;
        sums[at + 3] += Math.abs(brightness(image.getRGB(Math.min(x + 1, width - 1), y)) - own);
        sums[at + 4] += Math.abs(brightness(image.getRGB(x, Math.min(y + 1, height - 1))) - own);
        counts[cell]++;
      }
    }
    for (int i = 0; i < sums.length; i++) {
      sums[i] /= counts[i / KINDS];
    }
    return sums;
  }

  private static double brightness(int rgb) {
    return ((rgb >> 16 & 0xff) + (rgb >> 8 & 0xff) + (rgb & 0xff)) / (3 * 255.0);
  }
}
