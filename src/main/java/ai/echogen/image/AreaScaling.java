package ai.echogen.image;

import java.util.Arrays;

/** Scales a picture row by row: each new pixel is the mean of the area that it covers. */
final class AreaScaling {
  private static final int CHANNELS = 4; // red, green and blue times alpha, then alpha

  private final int oldWidth;
  private final int width;
  private final int height;
  private final double across; // new pixels an old one
  private final double down;
  private final double[] row;
  private final double[] sums;
  private int rows;

  AreaScaling(int oldWidth, int oldHeight, int width, int height) {
    this.oldWidth = oldWidth;
    this.width = width;
    this.height = height;
    this.across = (double) width / oldWidth;
    this.down = (double) height / oldHeight;
    this.row = new double[width * CHANNELS];
    this.sums = new double[width * height * CHANNELS];
  }

  /** Adds the next row, which begins at a place of an array. */
  void add(int[] argb, int at) {
    Arrays.fill(row, 0);
    for (var x = 0; x < oldWidth; x++) {
      var pixel = argb[at + x];
      var alpha = pixel >>> 24;
      var left = x * across;
      var right = Math.min(width, (x + 1) * across);
      for (var to = (int) left; to < right; to++) {
        var weight = Math.min(right, to + 1) - Math.max(left, to);
        row[to * CHANNELS] += weight * alpha * (pixel >> 16 & 0xFF);
        row[to * CHANNELS + 1] += weight * alpha * (pixel >> 8 & 0xFF);
        row[to * CHANNELS + 2] += weight * alpha * (pixel & 0xFF);
        row[to * CHANNELS + 3] += weight * alpha;
      }
    }
    var top = rows * down;
    var bottom = Math.min(height, (rows + 1) * down);
    for (var to = (int) top; to < bottom; to++) {
      var weight = Math.min(bottom, to + 1) - Math.max(top, to);
      for (var i = 0; i < row.length; i++) {
        sums[to * row.length + i] += weight * row[i];
      }
    }
    rows++;
  }

  /** The scaled picture, once every row was added. */
  Picture picture() {
    var argb = new int[width * height];
    for (var i = 0; i < argb.length; i++) {
      var alpha = sums[i * CHANNELS + 3];
      if (alpha > 0) {
        argb[i] =
            channel(alpha) << 24
                | channel(sums[i * CHANNELS] / alpha) << 16
                | channel(sums[i * CHANNELS + 1] / alpha) << 8
                | channel(sums[i * CHANNELS + 2] / alpha);
      }
    }
    return new Picture(width, height, argb);
  }

  private static int channel(double value) {
    return (int) Math.max(0, Math.min(255, Math.round(value)));
  }
}
