package ai.echogen.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.Optional;
import javax.imageio.IIOException;

/** What a file's head says of its picture before the reader is asked. */
final class Canvas {
  private static final int BMP_HEAD = 14; // then the length of the next, and what is in it
  private static final int BMP_COMPRESSION = 30;
  private static final int BMP_JPEG = 4;
  private static final int BMP_PNG = 5;
  private static final int INFO_HEAD = 40;
  private static final int GIF_SIZE = 6;

  private Canvas() {}

  /** Fails on a BMP that holds a file of another format, which has a size of its own. */
  static void requirePlain(byte[] file) throws IIOException {
    if (ImageFormat.of(file) != ImageFormat.BMP || file.length < BMP_COMPRESSION + 4) {
      return;
    }
    var bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int compression = bytes.getInt(BMP_COMPRESSION);
    if (bytes.getInt(BMP_HEAD) >= INFO_HEAD
        && (compression == BMP_JPEG || compression == BMP_PNG)) {
      throw new IIOException("BMP around another format: not read; convert it to JPEG or PNG");
    }
  }

  /** Fails if the first frame covers only a part of the picture, whose size boxes are given in. */
  static void requireCovered(byte[] file, int width, int height) throws IIOException {
    var size = size(file);
    if (size.isPresent() && (size.get()[0] > width || size.get()[1] > height)) {
      throw new IIOException(
          String.format(
              Locale.ROOT,
              "its first frame is %d × %d of %d × %d: save it as a PNG",
              width,
              height,
              size.get()[0],
              size.get()[1]));
    }
  }

  private static Optional<int[]> size(byte[] file) {
    return switch (ImageFormat.of(file)) {
      case GIF -> {
        var bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        yield file.length < GIF_SIZE + 4
            ? Optional.empty()
            : Optional.of(
                new int[] {
                  bytes.getShort(GIF_SIZE) & 0xFFFF, bytes.getShort(GIF_SIZE + 2) & 0xFFFF
                });
      }
      case WEBP ->
          Segments.of(file).stream()
              .filter(chunk -> chunk.name().equals("VP8X") && chunk.content().limit() >= 10)
              .findFirst()
              .map(chunk -> new int[] {less1(chunk.content(), 4), less1(chunk.content(), 7)});
      default -> Optional.empty();
    };
  }

  /** Three bytes of a number less one. */
  private static int less1(ByteBuffer content, int at) {
    return 1
        + (content.get(at) & 0xFF)
        + ((content.get(at + 1) & 0xFF) << 8)
        + ((content.get(at + 2) & 0xFF) << 16);
  }
}
