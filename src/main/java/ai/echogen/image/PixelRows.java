package ai.echogen.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;

/**
 * An image's rows as 0xAARRGGBB, not premultiplied, whatever it is stored as.
 *
 * <p>Java takes grey for linear light and makes 137 of 64 on its way to RGB; here grey stays what
 * it is.
 */
final class PixelRows {
  private enum Storage {
    GREY,
    RGB_BYTES,
    OTHER
  }

  private final BufferedImage image;
  private final int width;
  private final int bands;
  private final Storage storage;
  private final byte[] bytes;

  PixelRows(BufferedImage image) {
    this.image = image;
    this.width = image.getWidth();
    this.bands = image.getRaster().getNumBands();
    this.storage = storage(image);
    this.bytes = new byte[storage == Storage.RGB_BYTES ? width * bands : 0];
  }

  private static Storage storage(BufferedImage image) {
    var colors = image.getColorModel();
    if (colors instanceof ComponentColorModel
        && colors.getColorSpace().getType() == ColorSpace.TYPE_GRAY
        && colors.getComponentSize(0) <= 16
        && !colors.isAlphaPremultiplied()) {
      return Storage.GREY;
    }
    return switch (image.getType()) {
      case BufferedImage.TYPE_3BYTE_BGR, BufferedImage.TYPE_4BYTE_ABGR -> Storage.RGB_BYTES;
      default -> Storage.OTHER;
    };
  }

  /** Reads row {@code y} to a place of an array. */
  void read(int y, int[] argb, int at) {
    switch (storage) {
      case GREY -> readGrey(y, argb, at);
      case RGB_BYTES -> readBytes(y, argb, at);
      case OTHER -> image.getRGB(0, y, width, 1, argb, at, width);
    }
  }

  private void readGrey(int y, int[] argb, int at) {
    var raster = image.getRaster();
    var most = (1 << raster.getSampleModel().getSampleSize(0)) - 1;
    for (var x = 0; x < width; x++) {
      var grey = eightBits(raster.getSample(x, y, 0), most);
      var alpha = bands == 2 ? eightBits(raster.getSample(x, y, 1), most) : 255;
      argb[at + x] = alpha << 24 | grey * 0x010101;
    }
  }

  private static int eightBits(int sample, int most) {
    return (sample * 255 + most / 2) / most;
  }

  /** What photographs are; several times as fast as asking the colour model of each pixel. */
  private void readBytes(int y, int[] argb, int at) {
    image.getRaster().getDataElements(0, y, width, 1, bytes);
    for (int x = 0, i = 0; x < width; x++, i += bands) {
      var alpha = bands == 4 ? bytes[i + 3] & 0xFF : 255;
      argb[at + x] =
          alpha << 24 | (bytes[i] & 0xFF) << 16 | (bytes[i + 1] & 0xFF) << 8 | bytes[i + 2] & 0xFF;
    }
  }
}
