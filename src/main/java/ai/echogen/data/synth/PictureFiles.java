package ai.echogen.data.synth;

import ai.echogen.image.ImageFile;
import ai.echogen.image.Picture;
import ai.echogen.storage.Location;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.SoftReference;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Cut-outs and backgrounds, read once in a JVM and kept as small as scenes of one size need them:
 * cut-outs at most as long as a scene, backgrounds at most four times.
 *
 * @param size side of the scenes, pixels
 */
record PictureFiles(int size) {
  /** What counts as visible, of 255. */
  static final int VISIBLE = 32;

  private static final int MIN_SIDE = 32;
  private static final int MOST_BYTES = 1 << 16; // of a description, in all its languages
  private static final int BACKGROUND = 4;

  /** Under memory pressure they go, and are read again. */
  private static final Map<String, SoftReference<Picture>> CACHE = new ConcurrentHashMap<>();

  /** A file that is there but cannot be used. */
  static final class Unusable extends Exception {
    private static final long serialVersionUID = 1;

    private final String reason;
    private final String detail;

    Unusable(String reason, String detail) {
      super(reason + (detail.isEmpty() ? "" : " (" + detail + ")"));
      this.reason = reason;
      this.detail = detail;
    }

    String reason() {
      return reason;
    }

    /** What this file has that others with the same reason may not have. */
    String detail() {
      return detail;
    }
  }

  /** The visible part of a cut-out. */
  Picture sprite(String path) throws Unusable {
    var key = "sprite " + size + " " + path;
    var known = known(key);
    return known != null ? known : keep(key, readSprite(path));
  }

  /** A background. */
  Picture background(String path) throws Unusable {
    var key = "background " + size + " " + path;
    var known = known(key);
    return known != null ? known : keep(key, readBackground(path));
  }

  /** A description, in which a phrase of plain letters stands if any. */
  String text(String path) throws Unusable {
    try (var in = Location.of(path).open()) {
      var bytes = in.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw new Unusable(
            String.format(
                Locale.ROOT, "sprite with a description of more than %d bytes", MOST_BYTES),
            "");
      }
      var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      var flaw = Description.flaw(Description.phrase(text));
      if (flaw.isPresent()) {
        throw new Unusable("sprite with a description that has " + flaw.get(), "");
      }
      return text;
    } catch (CharacterCodingException e) { // letters would be lost
      throw new Unusable("sprite with a description that is not UTF-8", "");
    } catch (IOException e) {
      throw new UncheckedIOException(path + ": " + e.getMessage(), e);
    }
  }

  private Picture readSprite(String path) throws Unusable {
    var image = decode(path);
    if (!image.getColorModel().hasAlpha()) {
      throw new Unusable("no alpha channel", "");
    }
    var whole = Picture.of(image);
    var visible = whole.visible(VISIBLE).orElseThrow(() -> new Unusable("nothing visible", ""));
    if (java.util.Arrays.stream(whole.argb()).noneMatch(pixel -> pixel >>> 24 < VISIBLE)) {
      throw new Unusable("nothing transparent", "");
    }
    if (Math.max(visible.width(), visible.height()) < MIN_SIDE) {
      throw new Unusable(
          String.format(Locale.ROOT, "smaller than %d pixels", MIN_SIDE),
          String.format(Locale.ROOT, "%d × %d", visible.width(), visible.height()));
    }
    return whole.crop(visible).atMost(size);
  }

  private Picture readBackground(String path) throws Unusable {
    var image = decode(path);
    if (Math.min(image.getWidth(), image.getHeight()) < size) {
      throw new Unusable(
          "background smaller than a scene",
          String.format(Locale.ROOT, "%d × %d", image.getWidth(), image.getHeight()));
    }
    return Picture.of(image, BACKGROUND * size);
  }

  private BufferedImage decode(String path) throws Unusable {
    var bytes = read(path);
    try {
      return ImageFile.decode(bytes);
    } catch (IOException e) {
      throw new Unusable("image does not decode", String.valueOf(e.getMessage()));
    }
  }

  private byte[] read(String file) {
    try {
      return Location.of(file).read();
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": " + e.getMessage(), e);
    }
  }

  private static @Nullable Picture known(String key) {
    var reference = CACHE.get(key);
    return reference == null ? null : reference.get();
  }

  private static Picture keep(String key, Picture picture) {
    CACHE.put(key, new SoftReference<>(picture));
    return picture;
  }
}
