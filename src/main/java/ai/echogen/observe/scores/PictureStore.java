package ai.echogen.observe.scores;

import ai.echogen.image.ImageFile;
import ai.echogen.image.Picture;
import ai.echogen.image.Png;
import ai.echogen.storage.Location;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Small pictures inside a page: PNG where that is small, as of drawings of few pixels, else JPEG.
 * All together they have at most so many letters; what did not fit or decode is told.
 */
final class PictureStore {
  private static final int SIDE = 256; // pixels of the longer side, at most
  private static final int MOST_PNG = 24_000; // bytes
  private static final float JPEG_QUALITY = 0.85f;
  static final int NONE = -1;

  private final int mostLetters;
  private final ArrayNode pictures = new ObjectMapper().createArrayNode();
  private final Map<Location, Map<String, Integer>> places = new HashMap<>();
  private final List<String> unreadable = new ArrayList<>();
  private int letters;
  private int surplus;

  PictureStore(int mostLetters) {
    this.mostLetters = mostLetters;
  }

  /** The place of a directory's picture among {@link #pictures}, or {@link #NONE}. */
  int place(Location directory, String path) {
    var of = places.computeIfAbsent(directory, d -> new HashMap<>());
    var known = of.get(path);
    if (known == null) {
      known = add(directory, path);
      of.put(path, known);
    }
    return known;
  }

  /** Each as [width, height, data URI]. */
  ArrayNode pictures() {
    return pictures;
  }

  /** What is not in the page, one sentence each. */
  List<String> notes() {
    var notes = new ArrayList<String>();
    if (surplus > 0) {
      notes.add(
          String.format(
              Locale.ROOT, "%,d more pictures would have made this file too large.", surplus));
    }
    if (!unreadable.isEmpty()) {
      notes.add(
          String.format(
              Locale.ROOT,
              "Pictures that could not be read: %,d, such as %s.",
              unreadable.size(),
              unreadable.get(0)));
    }
    return notes;
  }

  private int add(Location directory, String path) {
    try {
      var small = small(ImageFile.decode(directory.child(path).read()));
      var uri = uri(small);
      if (letters + uri.length() > mostLetters) {
        surplus++;
        return NONE;
      }
      letters += uri.length();
      pictures.addArray().add(small.getWidth()).add(small.getHeight()).add(uri);
      return pictures.size() - 1;
    } catch (IOException | IllegalArgumentException e) {
      unreadable.add("%s (%s)".formatted(path, e.getMessage()));
      return NONE;
    }
  }

  private static BufferedImage small(BufferedImage image) {
    var picture = Picture.of(image, SIDE);
    var pixels = new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_INT_ARGB);
    pixels.setRGB(0, 0, picture.width(), picture.height(), picture.argb(), 0, picture.width());
    var opaque = new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_INT_RGB);
    var graphics = opaque.createGraphics();
    graphics.drawImage(pixels, 0, 0, Color.WHITE, null);
    graphics.dispose();
    return opaque;
  }

  private static String uri(BufferedImage image) {
    var png = Png.encode(image);
    return png.length <= MOST_PNG
        ? "data:image/png;base64," + Base64.getEncoder().encodeToString(png)
        : "data:image/jpeg;base64," + Base64.getEncoder().encodeToString(jpeg(image));
  }

  private static byte[] jpeg(BufferedImage image) {
    var writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    var bytes = new ByteArrayOutputStream();
    try (var stream = new MemoryCacheImageOutputStream(bytes)) {
      var how = writer.getDefaultWriteParam();
      how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      how.setCompressionQuality(JPEG_QUALITY);
      writer.setOutput(stream);
      writer.write(null, new IIOImage(image, null, null), how);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
