package ai.echogen.scoring.judges.file;

import ai.echogen.image.Picture;
import ai.echogen.scoring.judges.file.Interpolation.Taps;
import java.awt.image.BufferedImage;
import java.util.Arrays;

/** Draws a scaled picture into a network's input. */
final class Resampler {
  private static final int CHANNELS = 3;
  private static final int WHITE = 255;

  private final Interpolation interpolation;
  private final Placement placement;
  private final int width;
  private final int height;

  /**
   * @param placement where the picture goes
   * @param width of the input, as {@code height}
   */
  Resampler(Interpolation interpolation, Placement placement, int width, int height) {
    this.interpolation = interpolation;
    this.placement = placement;
    this.width = width;
    this.height = height;
  }

  /**
   * The input's red, green and blue, 0 to 255, (3, height, width); what is transparent is white.
   *
   * @param pad level where there is no picture
   */
  float[] draw(BufferedImage image, int pad) {
    var planes = new float[CHANNELS * height * width];
    Arrays.fill(planes, pad);
    int left = Math.max(0, placement.left());
    int top = Math.max(0, placement.top());
    var across =
        taps(left, Math.min(width, placement.left() + placement.width()), Side.ACROSS, image);
    var down = taps(top, Math.min(height, placement.top() + placement.height()), Side.DOWN, image);
    var sums = sums(Picture.of(image), across, down);
    for (int y = 0; y < down.length; y++) {
      for (int channel = 0; channel < CHANNELS; channel++) {
        for (int x = 0; x < across.length; x++) {
          planes[(channel * height + top + y) * width + left + x] =
              level(sums[y][channel * across.length + x]);
        }
      }
    }
    return planes;
  }

  private enum Side {
    ACROSS,
    DOWN
  }

  /** The weights of the input's columns, or rows, {@code from} to before {@code to}. */
  private Taps[] taps(int from, int to, Side side, BufferedImage image) {
    boolean across = side == Side.ACROSS;
    var taps = new Taps[Math.max(0, to - from)];
    for (int i = 0; i < taps.length; i++) {
      taps[i] =
          interpolation.taps(
              from + i - (across ? placement.left() : placement.top()),
              across ? image.getWidth() : image.getHeight(),
              across ? placement.width() : placement.height());
    }
    return taps;
  }

  /**
   * The new rows, (rows, 3 columns): each old row is scaled once and added to those it counts in.
   */
  private static double[][] sums(Picture picture, Taps[] across, Taps[] down) {
    var sums = new double[down.length][CHANNELS * across.length];
    var row = new float[CHANNELS][picture.width()];
    var scaled = new double[CHANNELS * across.length];
    int begin = 0; // the first new row that is not complete
    for (int y = 0; y < picture.height(); y++) {
      while (begin < down.length && down[begin].last() < y) {
        begin++;
      }
      if (begin == down.length || down[begin].first() > y) {
        continue;
      }
      read(picture, y, row);
      scale(row, across, scaled);
      for (int to = begin; to < down.length && down[to].first() <= y; to++) {
        double weight = down[to].weights()[y - down[to].first()];
        for (int i = 0; i < scaled.length; i++) {
          sums[to][i] += weight * scaled[i];
        }
      }
    }
    return sums;
  }

  private static void scale(float[][] row, Taps[] across, double[] scaled) {
    for (int channel = 0; channel < CHANNELS; channel++) {
      for (int x = 0; x < across.length; x++) {
        double sum = 0;
        for (int i = 0; i < across[x].weights().length; i++) {
          sum += across[x].weights()[i] * row[channel][across[x].first() + i];
        }
        scaled[channel * across.length + x] = sum;
      }
    }
  }

  private static void read(Picture picture, int y, float[][] row) {
    for (int x = 0; x < picture.width(); x++) {
      int pixel = picture.argb()[y * picture.width() + x];
      float alpha = (pixel >>> 24) / 255f;
      for (int channel = 0; channel < CHANNELS; channel++) {
        int level = pixel >> (16 - 8 * channel) & 0xFF;
        row[channel][x] = alpha == 1 ? level : WHITE + (level - WHITE) * alpha;
      }
    }
  }

  /** A cubic overshoots at edges. */
  private static float level(double sum) {
    return (float) Math.max(0, Math.min(WHITE, sum));
  }
}
