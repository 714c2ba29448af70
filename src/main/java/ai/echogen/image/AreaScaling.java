package ai.echogen.image;

import java.awt.image.BufferedImage;

/**
 * The one way in which pictures are scaled: each new pixel is the mean of the area that it covers.
 *
 * <p>Sums are whole numbers, so that nothing depends on an order or a direction: a colour stays
 * what it is, a mirrored picture is scaled to the mirrored result, and a picture that has the new
 * size already comes back as it is. They are held as {@code double}, which a processor adds four at
 * a time: exact below 2⁵³, and 100 megapixels (2²⁹ units of area, each 255² at most) stay below.
 * Rows are added one by one: a photograph of many megapixels is not copied as a whole.
 */
final class AreaScaling {
  private static final int CHANNELS = 4; // red, green and blue times alpha, then alpha

  private final Axis across;
  private final Axis down;
  private final double[] row;
  private final double[] sums;
  private int next; // row

  AreaScaling(Axis across, Axis down) {
    this.across = across;
    this.down = down;
    this.row = new double[across.size * CHANNELS];
    this.sums = new double[down.size * row.length];
  }

  /** Adds every row of an image. */
  AreaScaling add(BufferedImage image) {
    var rows = new PixelRows(image);
    var argb = new int[image.getWidth()];
    for (var y = 0; y < image.getHeight(); y++) {
      if (down.touches(y)) {
        rows.read(y, argb, 0);
      }
      add(argb, 0);
    }
    return this;
  }

  /** Adds the next row, which begins at a place of an array. */
  void add(int[] argb, int at) {
    if (down.touches(next)) {
      average(argb, at);
      for (var i = down.starts[next]; i < down.starts[next + 1]; i++) {
        double weight = down.weights[i];
        var to = down.targets[i] * row.length;
        for (var channel = 0; channel < row.length; channel++) {
          sums[to + channel] += weight * row[channel];
        }
      }
    }
    next++;
  }

  private void average(int[] argb, int at) {
    for (var to = 0; to < across.size; to++) {
      long red = 0;
      long green = 0;
      long blue = 0;
      long opaque = 0;
      for (var i = across.firsts[to]; i < across.firsts[to + 1]; i++) {
        var pixel = argb[at + across.sources[i]];
        var weight = across.weights[i] * (pixel >>> 24);
        red += weight * (pixel >> 16 & 0xFF);
        green += weight * (pixel >> 8 & 0xFF);
        blue += weight * (pixel & 0xFF);
        opaque += weight;
      }
      row[to * CHANNELS] = red;
      row[to * CHANNELS + 1] = green;
      row[to * CHANNELS + 2] = blue;
      row[to * CHANNELS + 3] = opaque;
    }
  }

  /** The scaled picture with its alpha, once every row was added. */
  Picture picture() {
    var argb = new int[across.size * down.size];
    double whole = (double) across.length * down.length;
    for (var i = 0; i < argb.length; i++) {
      var alpha = sums[i * CHANNELS + 3];
      if (alpha > 0) {
        argb[i] = rounded(alpha, whole) << 24;
        for (var channel = 0; channel < 3; channel++) {
          argb[i] |= rounded(sums[i * CHANNELS + channel], alpha) << 16 - 8 * channel;
        }
      }
    }
    return new Picture(across.size, down.size, argb);
  }

  /** The same on white. */
  Picture onWhite() {
    var argb = new int[across.size * down.size];
    double whole = (double) across.length * down.length * 255;
    for (var i = 0; i < argb.length; i++) {
      var white = (whole - sums[i * CHANNELS + 3]) * 255;
      argb[i] = 0xFF000000;
      for (var channel = 0; channel < 3; channel++) {
        argb[i] |= rounded(sums[i * CHANNELS + channel] + white, whole) << 16 - 8 * channel;
      }
    }
    return new Picture(across.size, down.size, argb);
  }

  /** Half up. The quotient is below 256 and no nearer to a whole number than a double can tell. */
  private static int rounded(double sum, double weight) {
    return (int) ((2 * sum + weight) / (2 * weight));
  }

  /**
   * Which new pixels each old one goes to, and with which weight, in one direction: a list of pairs
   * in the order of both.
   */
  static final class Axis {
    private final int size;
    private final long length; // weight of a whole new pixel
    private final int[] starts; // of each old pixel's pairs
    private final int[] firsts; // of each new pixel's pairs
    private final int[] sources;
    private final int[] targets;
    private final long[] weights;

    /**
     * @param from where the first new pixel begins, in halves of an old one
     * @param length of all new pixels, in the same unit
     */
    private Axis(int old, int from, long length, int size) {
      this.size = size;
      this.length = length;
      this.starts = new int[old + 1];
      this.firsts = new int[size + 1];
      this.sources = new int[old + size];
      this.targets = new int[old + size];
      this.weights = new long[old + size];
      var pairs = 0;
      // In units of which an old pixel has 2 size, a new one length.
      for (var pixel = 0; pixel < old; pixel++) {
        var begin = (2L * pixel - from) * size;
        var end = begin + 2L * size;
        for (var to = Math.max(0, Math.floorDiv(begin, length));
            to < size && to * length < end;
            to++) {
          sources[pairs] = pixel;
          targets[pairs] = (int) to;
          weights[pairs++] = Math.min(end, (to + 1) * length) - Math.max(begin, to * length);
          firsts[(int) to + 1] = pairs;
        }
        starts[pixel + 1] = pairs;
      }
    }

    /** All old pixels. */
    static Axis whole(int old, int size) {
      return middle(old, old, size);
    }

    /** As many as {@code part} in the middle; where the rest is odd, halves at both ends. */
    static Axis middle(int old, int part, int size) {
      return new Axis(old, old - part, 2L * part, size);
    }

    private boolean touches(int pixel) {
      return starts[pixel] < starts[pixel + 1];
    }
  }
}
