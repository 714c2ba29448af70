package ai.echogen.image;

import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.awt.image.ColorConvertOp;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The colour profile of a PNG file, which Java's reader passes over; JPEG's and WebP's it takes.
 */
final class PngProfile {
  private static final int MOST_BYTES = 4 << 20;
  private static final String SRGB = "IEC61966-2"; // as its profiles are called
  private static final int COLOR_TYPE = 25; // where a file has it
  private static final int COLOR = 2; // of its bits

  private PngProfile() {}

  /**
   * The colours of a file's picture in sRGB.
   *
   * @param image {@code TYPE_3BYTE_BGR} or {@code TYPE_4BYTE_ABGR}, changed
   */
  static void apply(byte[] file, BufferedImage image) {
    if (ImageFormat.of(file) != ImageFormat.PNG || (file[COLOR_TYPE] & COLOR) == 0) {
      return; // grey stays the grey it is
    }
    var profile = of(file);
    if (profile.isEmpty()) {
      return;
    }
    var raster = image.getRaster();
    int width = raster.getWidth();
    int height = raster.getHeight();
    var colors = raster.createWritableChild(0, 0, width, height, 0, 0, new int[] {0, 1, 2});
    var srgb = ICC_Profile.getInstance(ColorSpace.CS_sRGB);
    try {
      var converted = colors.createCompatibleWritableRaster();
      new ColorConvertOp(new ICC_Profile[] {profile.get(), srgb}, null).filter(colors, converted);
      colors.setRect(converted);
    } catch (RuntimeException e) {
      // A profile that cannot be used is passed over, as viewers do.
    }
  }

  private static Optional<ICC_Profile> of(byte[] file) {
    var segments = Segments.of(file);
    if (segments.stream().anyMatch(segment -> segment.name().equals("sRGB"))) {
      return Optional.empty();
    }
    return segments.stream()
        .filter(segment -> segment.name().equals("iCCP"))
        .findFirst()
        .flatMap(segment -> inflated(segment.content()))
        .flatMap(PngProfile::parsed);
  }

  private static Optional<ICC_Profile> parsed(byte[] bytes) {
    try {
      var profile = ICC_Profile.getInstance(bytes);
      return profile.getNumComponents() == 3 && !isSrgb(profile)
          ? Optional.of(profile)
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** What is sRGB already keeps its bits. */
  private static boolean isSrgb(ICC_Profile profile) {
    var name = profile.getData(ICC_Profile.icSigProfileDescriptionTag);
    return name != null
        && new String(name, StandardCharsets.ISO_8859_1).replace("\0", "").contains(SRGB);
  }

  /** A name, the method of compression, and what it made. */
  private static Optional<byte[]> inflated(ByteBuffer content) {
    int at = 0;
    while (at < content.limit() && content.get(at) != 0) {
      at++;
    }
    if (at + 2 >= content.limit()) {
      return Optional.empty();
    }
    var inflater = new Inflater();
    try {
      inflater.setInput(content.slice(at + 2, content.limit() - at - 2));
      var bytes = new byte[MOST_BYTES];
      int length = 0;
      for (int read = 1; read > 0 && length < bytes.length; length += read) {
        read = inflater.inflate(bytes, length, bytes.length - length);
      }
      return inflater.finished() ? Optional.of(Arrays.copyOf(bytes, length)) : Optional.empty();
    } catch (DataFormatException e) {
      return Optional.empty();
    } finally {
      inflater.end();
    }
  }
}
