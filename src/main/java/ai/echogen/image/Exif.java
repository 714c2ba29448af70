package ai.echogen.image;

import ai.echogen.image.Segments.Segment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/** The orientation in a file's EXIF data; whatever of them is damaged is not there. */
final class Exif {
  private static final int BIG_ENDIAN = 0x4D4D;
  private static final int LITTLE_ENDIAN = 0x4949;
  private static final int TIFF = 42;
  private static final int ORIENTATION = 0x0112;
  private static final int ENTRY_BYTES = 12;

  private Exif() {}

  static Orientation orientation(byte[] file) {
    return Segments.of(file).stream()
        .flatMap(segment -> tiff(segment).stream())
        .flatMap(tiff -> orientation(tiff).stream())
        .findFirst()
        .orElse(Orientation.UPRIGHT);
  }

  private static List<ByteBuffer> tiff(Segment segment) {
    return switch (segment.name()) {
      case "FFE1" ->
          segment.after("Exif\0").stream()
              .filter(ByteBuffer::hasRemaining)
              .map(rest -> rest.slice(1, rest.remaining() - 1)) // a filler, mostly 0
              .toList();
      case "eXIf", "EXIF" -> {
        var prefixed = segment.after("Exif\0\0"); // against the standard, but written
        yield prefixed.isEmpty() ? List.of(segment.content()) : prefixed;
      }
      default -> List.of();
    };
  }

  /** Of the first directory: the second is that of the thumbnail. */
  private static Optional<Orientation> orientation(ByteBuffer tiff) {
    if (tiff.limit() < 8) {
      return Optional.empty();
    }
    int mark = tiff.getShort(0) & 0xFFFF;
    if (mark != BIG_ENDIAN && mark != LITTLE_ENDIAN) {
      return Optional.empty();
    }
    tiff.order(mark == BIG_ENDIAN ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    long directory = tiff.getInt(4) & 0xFFFFFFFFL;
    if (tiff.getShort(2) != TIFF || directory + 2 > tiff.limit()) {
      return Optional.empty();
    }
    int entries = tiff.getShort((int) directory) & 0xFFFF;
    for (int i = 0; i < entries; i++) {
      long at = directory + 2 + (long) i * ENTRY_BYTES;
      if (at + ENTRY_BYTES > tiff.limit()) {
        break;
      }
      if ((tiff.getShort((int) at) & 0xFFFF) == ORIENTATION) {
        return value(tiff, (int) at);
      }
    }
    return Optional.empty();
  }

  /** Two bytes by the standard; four are written too. */
  private static Optional<Orientation> value(ByteBuffer tiff, int entry) {
    long value =
        switch (tiff.getShort(entry + 2)) {
          case 3 -> tiff.getShort(entry + 8) & 0xFFFF;
          case 4 -> tiff.getInt(entry + 8) & 0xFFFFFFFFL;
          default -> 0;
        };
    return tiff.getInt(entry + 4) == 1 ? Orientation.of(value) : Optional.empty();
  }
}
