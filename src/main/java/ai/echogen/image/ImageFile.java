package ai.echogen.image;

import ai.echogen.storage.FileContent;
import java.awt.image.BufferedImage;
import java.io.EOFException;
import java.io.IOException;
import java.util.Locale;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;

/** Encoded images, read as strictly as training needs; see {@link Png} for how they are written. */
public final class ImageFile {
  /** More than this in one image is a mistake or an attack. */
  static final long MAX_PIXELS = 100_000_000;

  /**
   * Of an image with more pixels every second of every second row is read: tasks that decode at
   * once share a heap.
   */
  static final long MAX_DECODED = 25_000_000;

  /** Pixels times scans: some ten scans are usual, and each takes its time. */
  static final long MAX_SCANNED = 5_000_000_000L;

  static final String CUT_SHORT = "cut short";

  static {
    ImageIO.setUseCache(false); // streams are in memory already
  }

  private ImageFile() {}

  /**
   * The picture as it is shown: upright, in sRGB.
   *
   * @throws IOException with the reason if it is no image, or one that is damaged, cut short or
   *     larger than 100 megapixels (WebP: 25)
   */
  public static BufferedImage decode(byte[] bytes) throws IOException {
    return read(bytes).pixels();
  }

  /** The ending that its file should have, by its first bytes: {@code bin} if it is none. */
  public static String ending(byte[] bytes) {
    return switch (ImageFormat.of(bytes)) {
      case JPEG -> "jpg";
      case OTHER -> "bin";
      case JPEG_XL -> "jxl";
      case JPEG_2000 -> "jp2";
      default -> ImageFormat.of(bytes).name().toLowerCase(Locale.ROOT);
    };
  }

  /** The same with what the file says of it. */
  public static ShownImage read(byte[] bytes) throws IOException {
    if (ImageFormat.of(bytes) != ImageFormat.JPEG) {
      return readPlain(bytes);
    }
    var file = Jpeg.named(bytes);
    try {
      return readPlain(file);
    } catch (IOException e) { // a profile that is damaged or not of these colours is no reason
      var plain = Jpeg.withoutProfile(file);
      if (plain.isEmpty()) {
        throw e;
      }
      return readPlain(plain.get());
    }
  }

  private static ShownImage readPlain(byte[] bytes) throws IOException {
    Canvas.requirePlain(bytes);
    var reader = reader(bytes);
    try (var stream = new EndingImageStream(bytes)) {
      reader.setInput(stream, true, true);
      return shown(reader, bytes);
    } catch (EOFException e) {
      throw new IIOException(CUT_SHORT, e);
    } catch (RuntimeException e) { // readers trip over damaged files in many ways
      throw new IIOException("damaged: " + e, e);
    } finally {
      reader.dispose();
    }
  }

  /** What reads WebP holds the whole picture, whatever part of it is wanted. */
  private static long maxPixels(byte[] bytes) {
    return ImageFormat.of(bytes) == ImageFormat.WEBP ? MAX_DECODED : MAX_PIXELS;
  }

  private static ImageReader reader(byte[] bytes) throws IOException {
    var format = ImageFormat.of(bytes);
    if (format == ImageFormat.WEBP && Riff.isCutShort(bytes)) {
      throw new IIOException(CUT_SHORT); // its reader would fill the rest with anything
    }
    if (format.isRead()) {
      return format.newReader();
    }
    if (bytes.length == 0) {
      throw new IIOException("empty file");
    }
    var mistaken = FileContent.mistaken(bytes);
    if (mistaken.isPresent()) {
      throw new IIOException(mistaken.get());
    }
    throw new IIOException(
        format == ImageFormat.OTHER
            ? "not an image; JPEG, PNG, WebP, GIF and BMP are read"
            : format + ": not read; convert it to JPEG or PNG");
  }

  private static ShownImage shown(ImageReader reader, byte[] file) throws IOException {
    var orientation = Exif.orientation(file);
    int width = reader.getWidth(0);
    int height = reader.getHeight(0);
    var pixels = (long) width * height;
    if (pixels > maxPixels(file)) {
      throw new IIOException(String.format(Locale.ROOT, "%d × %d is too large", width, height));
    }
    Canvas.requireCovered(file, width, height);
    if (ImageFormat.of(file) == ImageFormat.JPEG && Jpeg.scans(file) * pixels > MAX_SCANNED) {
      throw new IIOException("too many scans: convert it to a plain JPEG or a PNG");
    }
    var image = Srgb.upright(decode(reader, ImageFormat.of(file), pixels), orientation);
    PngProfile.apply(file, image);
    return orientation.transposes()
        ? new ShownImage(image, height, width, orientation)
        : new ShownImage(image, width, height, orientation);
  }

  private static BufferedImage decode(ImageReader reader, ImageFormat format, long pixels)
      throws IOException {
    var missing = MissingRows.of(reader);
    int step = (int) Math.ceil(Math.sqrt((double) pixels / MAX_DECODED));
    var part = reader.getDefaultReadParam();
    part.setSourceSubsampling(step, step, 0, 0);
    var image = reader.read(0, part);
    if (missing.areThere(format)) {
      throw new IIOException(CUT_SHORT);
    }
    return image;
  }
}
