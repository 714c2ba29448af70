package ai.echogen.image;

import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/** Pictures as the RGB bytes that the VQ tokenizer takes: row by row, three bytes a pixel. */
public final class Pixels {
  private Pixels() {}

  /** (height × width × 3) bytes of a picture; what is transparent becomes white. */
  public static byte[] of(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    var opaque = opaque(image, width, height);
    var argb = opaque.getRGB(0, 0, width, height, null, 0, width);
    var bytes = new byte[argb.length * 3];
    for (int i = 0; i < argb.length; i++) {
      bytes[3 * i] = (byte) (argb[i] >> 16);
      bytes[3 * i + 1] = (byte) (argb[i] >> 8);
      bytes[3 * i + 2] = (byte) argb[i];
    }
    return bytes;
  }

  /** A picture of {@code side} × {@code side} pixels. */
  public static BufferedImage square(BufferedImage image, int side) {
    return image.getWidth() == side && image.getHeight() == side
        ? image
        : opaque(image, side, side);
  }

  /** Square pictures from their bytes, one after the other. */
  public static List<BufferedImage> images(byte[] bytes, int side) {
    var images = new ArrayList<BufferedImage>();
    int size = side * side * 3;
    for (int from = 0; from < bytes.length; from += size) {
      var image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
      for (int i = 0; i < side * side; i++) {
        int at = from + 3 * i;
        image.setRGB(
            i % side,
            i / side,
            (bytes[at] & 0xFF) << 16 | (bytes[at + 1] & 0xFF) << 8 | (bytes[at + 2] & 0xFF));
      }
      images.add(image);
    }
    return images;
  }

  private static BufferedImage opaque(BufferedImage image, int width, int height) {
    boolean asItIs =
        !image.getColorModel().hasAlpha()
            && image.getWidth() == width
            && image.getHeight() == height;
    if (asItIs) {
      return image;
    }
    var copy = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    var graphics = copy.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    graphics.setColor(java.awt.Color.WHITE);
    graphics.fillRect(0, 0, width, height);
    graphics.drawImage(image, 0, 0, width, height, null);
    graphics.dispose();
    return copy;
  }
}
