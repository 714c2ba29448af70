package ai.echogen.image;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;

/**
 * Pictures in plain sRGB, upright: whoever reads, draws or encodes them later has nothing to
 * convert, and Java's own conversions, which take grey for linear light, have nothing to do.
 */
final class Srgb {
  private Srgb() {}

  /**
   * The same picture with a byte a channel: {@code TYPE_3BYTE_BGR}, or {@code TYPE_4BYTE_ABGR} if
   * it has alpha.
   */
  static BufferedImage upright(BufferedImage stored, Orientation orientation) {
    boolean alpha = stored.getColorModel().hasAlpha();
    int type = alpha ? BufferedImage.TYPE_4BYTE_ABGR : BufferedImage.TYPE_3BYTE_BGR;
    if (stored.getType() == type && orientation == Orientation.UPRIGHT) {
      return stored;
    }
    int width = orientation.transposes() ? stored.getHeight() : stored.getWidth();
    int height = orientation.transposes() ? stored.getWidth() : stored.getHeight();
    var shown = new BufferedImage(width, height, type);
    var bytes = ((DataBufferByte) shown.getRaster().getDataBuffer()).getData();
    var rows = new PixelRows(stored);
    var argb = new int[stored.getWidth()];
    for (int y = 0; y < stored.getHeight(); y++) {
      rows.read(y, argb, 0);
      for (int x = 0; x < argb.length; x++) {
        int at = orientation.place(x, y, width, height) * (alpha ? 4 : 3);
        if (alpha) {
          bytes[at++] = (byte) (argb[x] >> 24);
        }
        bytes[at] = (byte) argb[x];
        bytes[at + 1] = (byte) (argb[x] >> 8);
        bytes[at + 2] = (byte) (argb[x] >> 16);
      }
    }
    return shown;
  }
}
