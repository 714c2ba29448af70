package ai.echogen.scoring.judges;

import ai.echogen.data.synth.ShapeColor;
import java.awt.image.BufferedImage;
import java.util.Arrays;

/**
 * Which palette colour each pixel shows, if any. A pixel is taken as a mixture of the background
 * and one colour: the colour is the one that leaves the smallest residual, and the pixel belongs to
 * it where its share exceeds {@link #MIN_SHARE}, so soft edges are cut half-way.
 */
final class ColorMap {
  static final int BACKGROUND = -1;
  private static final double MIN_SHARE = 0.45;
  private static final double MAX_SHARE = 1.15; // darker or stronger than the palette, but no more
  private static final int LIGHT = 200; // backgrounds have all channels above this
  private static final int[] USUAL_BACKGROUND = {238, 238, 238};

  private final int width;
  private final int height;
  private final int[] colors;

  private ColorMap(int width, int height, int[] colors) {
    this.width = width;
    this.height = height;
    this.colors = colors;
  }

  static ColorMap of(BufferedImage image) {
    var width = image.getWidth();
    var height = image.getHeight();
    var rgb = image.getRGB(0, 0, width, height, null, 0, width);
    var background = background(rgb);
    var palette = ShapeColor.values();
    var directions = new double[palette.length][3];
    var squares = new double[palette.length];
    for (var k = 0; k < palette.length; k++) {
      for (var c = 0; c < 3; c++) {
        directions[k][c] = palette[k].rgb()[c] - background[c];
        squares[k] += directions[k][c] * directions[k][c];
      }
    }
    var colors = new int[rgb.length];
    for (var i = 0; i < rgb.length; i++) {
      colors[i] = color(rgb[i], background, directions, squares);
    }
    return new ColorMap(width, height, colors);
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  /** The ordinal of the {@link ShapeColor} at a pixel, or {@link #BACKGROUND}. */
  int at(int x, int y) {
    return colors[y * width + x];
  }

  private static int color(int rgb, int[] background, double[][] directions, double[] squares) {
    var red = channel(rgb, 0) - background[0];
    var green = channel(rgb, 1) - background[1];
    var blue = channel(rgb, 2) - background[2];
    var best = BACKGROUND;
    var bestGain = Double.NEGATIVE_INFINITY;
    var bestShare = 0.0;
    for (var k = 0; k < squares.length; k++) {
      var d = directions[k];
      var dot = red * d[0] + green * d[1] + blue * d[2];
      var share = dot / squares[k];
      var clipped = Math.max(0, Math.min(MAX_SHARE, share));
      var gain = clipped * (2 * dot - clipped * squares[k]); // how much of the square it explains
      if (gain > bestGain) {
        bestGain = gain;
        best = k;
        bestShare = share;
      }
    }
    return bestShare > MIN_SHARE ? best : BACKGROUND;
  }

  /** The median of each channel over the light pixels. */
  private static int[] background(int[] rgb) {
    var counts = new int[3][256];
    var light = 0;
    for (var pixel : rgb) {
      if (channel(pixel, 0) > LIGHT && channel(pixel, 1) > LIGHT && channel(pixel, 2) > LIGHT) {
        light++;
        for (var c = 0; c < 3; c++) {
          counts[c][channel(pixel, c)]++;
        }
      }
    }
    if (light < rgb.length / 80) {
      return USUAL_BACKGROUND;
    }
    var half = light / 2;
    return Arrays.stream(counts).mapToInt(channel -> median(channel, half)).toArray();
  }

  private static int median(int[] counts, int half) {
    var seen = 0;
    for (var value = 0; value < counts.length; value++) {
      seen += counts[value];
      if (seen > half) {
        return value;
      }
    }
    throw new IllegalStateException("no median of an empty histogram");
  }

  private static int channel(int rgb, int c) {
    return rgb >> (16 - 8 * c) & 0xFF;
  }
}
