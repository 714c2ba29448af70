package ai.echogen.image;

import java.awt.image.BufferedImage;
import java.util.Arrays;

/**
 * The one way in which pictures are scaled: each new pixel is the mean of the area that it covers.
 *
 * <p>Sums are whole numbers, so that nothing depends on an order or a direction: a colour stays
 * what it is, a mirrored picture is scaled to the mirrored result, and a picture that has the new
 * size already comes back as it is. Rows are added one by one: a photograph of many megapixels is
 * not copied as a whole.
 */
final class AreaScaling {
  private static final int CHANNELS = 4; // red, green and blue times alpha, then alpha

  private final Axis across;
  private final Axis down;
  private final long[] row;
  private final long[] sums;
  private int next; // row

  AreaScaling(Axis across, Axis down) {
    this.across = across;
    this.down = down;
    this.row = new long[across.size * CHANNELS];
    this.sums = new long[down.size * row.length];
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
        var weight = down.weights[i];
        var to = down.targets[i] * row.length;
        for (var channel = 0; channel < row.length; channel++) {
          sums[to + channel] += weight * row[channel];
        }
      }
    }
    next++;
  }

  private void average(int[] argb, int at) {
    Arrays.fill(row, 0);
    for (var x = 0; x < across.starts.length - 1; x++) {
      var pixel = argb[at + x];
      long alpha = pixel >>> 24;
      for (var i = across.starts[x]; i < across.starts[x + 1]; i++) {
        var weight = across.weights[i] * alpha;
        var to = across.targets[i] * CHANNELS;
        row[to] += weight * (pixel >> 16 & 0xFF);
        row[to + 1] += weight * (pixel >> 8 & 0xFF);
        row[to + 2] += weight * (pixel & 0xFF);
        row[to + 3] += weight;
      }
    }
  }

  /** The scaled picture with its alpha, once every row was added. */
  Picture picture() {
    var argb = new int[across.size * down.size];
    var whole = across.length * down.length;
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
    var whole = across.length * down.length * 255;
    for (var i = 0; i < argb.length; i++) {
      var white = (whole - sums[i * CHANNELS + 3]) * 255;
      argb[i] = 0xFF000000;
      for (var channel = 0; channel < 3; channel++) {
        argb[i] |= rounded(sums[i * CHANNELS + channel] + white, whole) << 16 - 8 * channel;
      }
    }
    return new Picture(across.size, down.size, argb);
  }

  private static int rounded(long sum, long weight) {
    return (int) ((2 * sum + weight) / (2 * weight));
  }

  /** Which new pixels each old one goes to, and with which weight, in one direction. */
  static final class Axis {
    private final int size;
    private final long length; // weight of a whole new pixel
    private final int[] starts; // of each old pixel's entries
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
      this.targets = new int[old + size];
      this.weights = new long[old + size];
      var entries = 0;
      // In units of which an old pixel has 2 size, a new one length.
      for (var pixel = 0; pixel < old; pixel++) {
        var begin = (2L * pixel - from) * size;
        var end = begin + 2L * size;
        for (var to = Math.max(0, Math.floorDiv(begin, length));
            to < size && to * length < end;
            to++) {
          targets[entries] = (int) to;
          weights[entries++] = Math.min(end, (to + 1) * length) - Math.max(begin, to * length);
        }
        starts[pixel + 1] = entries;
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
