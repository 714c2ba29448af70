package ai.echogen.image;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;

/** What an image file is, by its first bytes. */
enum ImageFormat {
  JPEG("jpeg", "\u00FF\u00D8\u00FF"),
  PNG("png", "\u0089PNG\r\n\u001A\n"),
  GIF("gif", "GIF8"),
  BMP("bmp", "BM"),
  WEBP("webp", "RIFF....WEBP"),
  TIFF("", "II*\0", "MM\0*"),
  HEIC("", "....ftyphei", "....ftyphev", "....ftypmif1", "....ftypmsf1"),
  AVIF("", "....ftypavi"),
  JPEG_XL("", "\u00FF\n", "\0\0\0\fJXL "),
  JPEG_2000("", "\0\0\0\fjP  ", "\u00FFO\u00FFQ"),
  SVG("", "<svg"),
  OTHER("");

  private static final int LONGEST = 16;

  private final String reader;
  private final String[] starts;

  /**
   * @param reader what Java calls its reader; empty if the format is not read
   * @param starts what a file may begin with; a dot is any byte
   */
  ImageFormat(String reader, String... starts) {
    this.reader = reader;
    this.starts = starts;
  }

  static ImageFormat of(byte[] file) {
    var start = new String(file, 0, Math.min(LONGEST, file.length), StandardCharsets.ISO_8859_1);
    return Stream.of(values())
        .filter(format -> Stream.of(format.starts).anyMatch(text -> begins(start, text)))
        .findFirst()
        .orElse(OTHER);
  }

  private static boolean begins(String start, String text) {
    for (int i = 0; i < text.length(); i++) {
      if (i >= start.length() || (text.charAt(i) != '.' && text.charAt(i) != start.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  boolean isRead() {
    return !reader.isEmpty();
  }

  /** A new reader, which its user disposes of. */
  ImageReader newReader() throws IOException {
    // Java finds plug-ins in the class path that it was started with, where a job's jar is not.
    return this == WEBP
        ? new WebPImageReaderSpi().createReaderInstance(null)
        : ImageIO.getImageReadersByFormatName(reader).next();
  }

  /** Its usual name. */
  @Override
  public String toString() {
    return this == WEBP ? "WebP" : name().replace('_', ' ');
  }
}
