package ai.echogen.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;

/**
 * An image's rows as 0xAARRGGBB in sRGB, not premultiplied, whatever it is stored as.
 *
 * <p>Java takes grey for linear light and makes 137 of 64 on its way to RGB; here grey stays what
 * it is. Of inks, Java makes a pale picture by way of a space of its own; here each lets through
 * the share of light that it leaves, and black a share of all, as other software has it.
 */
final class PixelRows {
  private enum Storage {
    GREY,
    INKS,
    RGB_BYTES,
    OTHER
  }

  private final BufferedImage image;
  private final int width;
  private final int bands;
  private final Storage storage;
  private final byte[] bytes;
  private final int[] samples;

  PixelRows(BufferedImage image) {
    this.image = image;
    this.width = image.getWidth();
    this.bands = image.getRaster().getNumBands();
    this.storage = storage(image);
    this.bytes = new byte[storage == Storage.RGB_BYTES ? width * bands : 0];
    boolean sampled = storage == Storage.GREY || storage == Storage.INKS;
    this.samples = new int[sampled ? width * bands : 0];
  }

  private static Storage storage(BufferedImage image) {
    var colors = image.getColorModel();
    if (colors instanceof ComponentColorModel
        && colors.getComponentSize(0) <= 16
        && !colors.isAlphaPremultiplied()) {
      int space = colors.getColorSpace().getType();
      if (space == ColorSpace.TYPE_GRAY) {
        return Storage.GREY;
      }
      if (space == ColorSpace.TYPE_CMYK) {
        return Storage.INKS;
      }
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
      case INKS -> readInks(y, argb, at);
      case RGB_BYTES -> readBytes(y, argb, at);
      case OTHER -> image.getRGB(0, y, width, 1, argb, at, width);
    }
  }

  private void readGrey(int y, int[] argb, int at) {
    int most = readSamples(y);
    for (int x = 0, i = 0; x < width; x++, i += bands) {
      int grey = share(samples[i], 255, most);
      int alpha = bands == 2 ? share(samples[i + 1], 255, most) : 255;
      argb[at + x] = alpha << 24 | grey * 0x010101;
    }
  }

  private void readInks(int y, int[] argb, int at) {
    int most = readSamples(y);
    for (int x = 0, i = 0; x < width; x++, i += bands) {
      int light = share(most - samples[i + 3], 255, most);
      int alpha = bands == 5 ? share(samples[i + 4], 255, most) : 255;
      argb[at + x] =
          alpha << 24
              | share(most - samples[i], light, most) << 16
              | share(most - samples[i + 1], light, most) << 8
              | share(most - samples[i + 2], light, most);
    }
  }

  /** Fills {@link #samples} with a row; the most that a sample can be. */
  private int readSamples(int y) {
    image.getRaster().getPixels(0, y, width, 1, samples);
    return (1 << image.getRaster().getSampleModel().getSampleSize(0)) - 1;
  }

  private static int share(int sample, int of, int most) {
    return (sample * of + most / 2) / most;
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
