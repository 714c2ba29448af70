package ai.echogen.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Locale;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;

/** Encoded images, read as strictly as training needs; see {@link Png} for how they are written. */
public final class ImageFile {
  /** More than this in one image is a mistake or an attack. */
  static final long MAX_PIXELS = 100_000_000;

  static {
    ImageIO.setUseCache(false); // streams are in memory already
  }

  private ImageFile() {}

  /**
   * Decodes every pixel.
   *
   * @throws IOException with the reason if it is no image, or one that is damaged, cut short or
   *     larger than 100 megapixels
   */
  public static BufferedImage decode(byte[] bytes) throws IOException {
    try (var stream = ImageIO.createImageInputStream(new ByteArrayInputStream(bytes))) {
      var readers = ImageIO.getImageReaders(stream);
      if (!readers.hasNext()) {
        throw new IIOException(bytes.length == 0 ? "empty file" : "not an image that Java reads");
      }
      var reader = readers.next();
      try {
        reader.setInput(stream, true, true);
        return decode(reader);
      } catch (RuntimeException e) { // readers trip over damaged files in many ways
        throw new IIOException("damaged: " + e, e);
      } finally {
        reader.dispose();
      }
    }
  }

  private static BufferedImage decode(ImageReader reader) throws IOException {
    var pixels = (long) reader.getWidth(0) * reader.getHeight(0);
    if (pixels > MAX_PIXELS) {
      throw new IIOException(
          "%d × %d is too large".formatted(reader.getWidth(0), reader.getHeight(0)));
    }
    // The JPEG reader fills the missing half of a file with grey and only warns.
    var cutShort = new boolean[1];
    reader.addIIOReadWarningListener(
        (source, warning) -> {
          var text = warning.toLowerCase(Locale.ROOT);
          cutShort[0] |= text.contains("truncated") || text.contains("premature");
        });
    var image = reader.read(0);
    if (cutShort[0]) {
      throw new IIOException("cut short");
    }
    return image;
  }
}
