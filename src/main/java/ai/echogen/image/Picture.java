package ai.echogen.image;

import ai.echogen.image.AreaScaling.Axis;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.Optional;

/**
 * Pixels with alpha, row by row, each 0xAARRGGBB and not premultiplied.
 *
 * @param argb {@code width × height} of them
 */
public record Picture(int width, int height, int[] argb) {
  /** A rectangle of pixels. */
  public record Area(int x, int y, int width, int height) {}

  /** A picture of this width and height in which each pixel is opaque black. */
  public static Picture black(int width, int height) {
    var argb = new int[width * height];
    Arrays.fill(argb, 0xFF000000);
    return new Picture(width, height, argb);
  }

  public static Picture of(BufferedImage image) {
    var width = image.getWidth();
    var height = image.getHeight();
    var argb = new int[width * height];
    var rows = new PixelRows(image);
    for (var y = 0; y < height; y++) {
      rows.read(y, argb, y * width);
    }
    return new Picture(width, height, argb);
  }

  /** The image, scaled down as far as needed for its longer side to have at most this length. */
  public static Picture of(BufferedImage image, int side) {
    var width = image.getWidth();
    var height = image.getHeight();
    var scale = Math.min(1, (double) side / Math.max(width, height));
    if (scale == 1) {
      return of(image);
    }
    return new AreaScaling(
            Axis.whole(width, length(width * scale)), Axis.whole(height, length(height * scale)))
        .add(image)
        .picture();
  }

  public int alpha(int x, int y) {
    return argb[y * width + x] >>> 24;
  }

  /** The smallest area around all pixels with at least this alpha; empty if there is none. */
  public Optional<Area> visible(int alpha) {
    var x0 = width;
    var y0 = height;
    var x1 = -1;
    var y1 = -1;
    for (var y = 0; y < height; y++) {
      for (var x = 0; x < width; x++) {
        if (alpha(x, y) >= alpha) {
          x0 = Math.min(x0, x);
          x1 = Math.max(x1, x);
          y0 = Math.min(y0, y);
          y1 = y;
        }
      }
    }
    return x1 < 0 ? Optional.empty() : Optional.of(new Area(x0, y0, x1 - x0 + 1, y1 - y0 + 1));
  }

  public Picture crop(Area area) {
    var part = new int[area.width() * area.height()];
    for (var y = 0; y < area.height(); y++) {
      System.arraycopy(
          argb, (area.y() + y) * width + area.x(), part, y * area.width(), area.width());
    }
    return new Picture(area.width(), area.height(), part);
  }

  /** Each new pixel is the mean of the old ones below it, weighted by alpha. */
  public Picture scaled(int newWidth, int newHeight) {
    var scaled = new AreaScaling(Axis.whole(width, newWidth), Axis.whole(height, newHeight));
    for (var y = 0; y < height; y++) {
      scaled.add(argb, y * width);
    }
    return scaled.picture();
  }

  /** Scaled down, as far as needed for the longer side to have at most this length. */
  public Picture atMost(int side) {
    var scale = Math.min(1, (double) side / Math.max(width, height));
    return scale == 1 ? this : scaled(length(width * scale), length(height * scale));
  }

  /** Mirrored left to right. */
  public Picture mirrored() {
    var mirrored = new int[argb.length];
    for (var i = 0; i < argb.length; i++) {
      mirrored[i] = argb[i / width * width + width - 1 - i % width];
    }
    return new Picture(width, height, mirrored);
  }

  /** With each colour multiplied by a factor. */
  public Picture brightened(double factor) {
    var bright = new int[argb.length];
    for (var i = 0; i < argb.length; i++) {
      var pixel = argb[i] & 0xFF000000;
      for (var shift = 0; shift <= 16; shift += 8) {
        pixel |= (int) Math.min(255, Math.round((argb[i] >> shift & 0xFF) * factor)) << shift;
      }
      bright[i] = pixel;
    }
    return new Picture(width, height, bright);
  }

  /** Paints another picture over a part of this one, in place. */
  public void paint(Picture other, int left, int top) {
    for (var y = 0; y < other.height; y++) {
      for (var x = 0; x < other.width; x++) {
        var over = other.argb[y * other.width + x];
        var at = (top + y) * width + left + x;
        var alpha = over >>> 24;
        var pixel = 0xFF000000;
        for (var shift = 0; shift <= 16; shift += 8) {
          var below = argb[at] >> shift & 0xFF;
          var value = below + ((over >> shift & 0xFF) - below) * alpha / 255.0;
          pixel |= (int) Math.round(value) << shift;
        }
        argb[at] = pixel;
      }
    }
  }

  /** The picture without its alpha. */
  public BufferedImage opaque() {
    var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    image.getRaster().setDataElements(0, 0, width, height, argb); // alpha is not looked at
    return image;
  }

  private static int length(double length) {
    return Math.max(1, (int) Math.round(length));
  }
}
