package ai.echogen.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32;

/**
 * The parts that a JPEG, PNG or WebP file has beside its pixels. Of a damaged file those before the
 * damage: nothing here fails, or reads beyond the end.
 */
final class Segments {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();
  private static final int START_OF_SCAN = 0xDA;
  private static final int END_OF_IMAGE = 0xD9;

  /**
   * A part.
   *
   * @param name the four letters of a PNG's or WebP's chunk, or a JPEG marker such as {@code FFE1}
   * @param content a view of the file's bytes, big-endian
   */
  record Segment(String name, ByteBuffer content) {
    /** What follows a text that the content begins with; nothing if it begins otherwise. */
    List<ByteBuffer> after(String start) {
      var bytes = start.getBytes(StandardCharsets.ISO_8859_1);
      boolean begins =
          content.remaining() >= bytes.length
              && content.slice(0, bytes.length).equals(ByteBuffer.wrap(bytes));
      return begins
          ? List.of(content.slice(bytes.length, content.remaining() - bytes.length))
          : List.of();
    }
  }

  private Segments() {}

  static List<Segment> of(byte[] file) {
    return switch (ImageFormat.of(file)) {
      case JPEG -> jpeg(ByteBuffer.wrap(file));
      case PNG -> png(ByteBuffer.wrap(file));
      case WEBP -> Riff.chunks(ByteBuffer.wrap(file));
      default -> List.of();
    };
  }

  private static List<Segment> jpeg(ByteBuffer file) {
    var segments = new ArrayList<Segment>();
    int at = 2;
    while (at + 4 <= file.limit() && (file.get(at) & 0xFF) == 0xFF) {
      int marker = file.get(at + 1) & 0xFF;
      if (marker == START_OF_SCAN || marker == END_OF_IMAGE) {
        break;
      }
      if (marker == 0xFF) { // padding
        at++;
        continue;
      }
      int length = file.getShort(at + 2) & 0xFFFF;
      if (length < 2 || at + 2 + length > file.limit()) {
        break;
      }
      segments.add(
          new Segment("FF" + HEX.toHexDigits((byte) marker), file.slice(at + 4, length - 2)));
      at += 2 + length;
    }
    return segments;
  }

  /**
   * Chunks of a length, a name, the content and a checksum; those with a wrong one are left out.
   */
  private static List<Segment> png(ByteBuffer file) {
    var segments = new ArrayList<Segment>();
    int at = 8;
    while (at + 12 <= file.limit()) {
      long length = file.getInt(at) & 0xFFFFFFFFL;
      if (at + 12 + length > file.limit()) {
        break;
      }
      var checksum = new CRC32();
      checksum.update(file.slice(at + 4, (int) length + 4));
      if ((int) checksum.getValue() == file.getInt(at + 8 + (int) length)) {
        var name = StandardCharsets.ISO_8859_1.decode(file.slice(at + 4, 4)).toString();
        segments.add(
            new Segment(name, file.slice(at + 8, (int) length).order(ByteOrder.BIG_ENDIAN)));
      }
      at += 12 + (int) length;
    }
    return segments;
  }
}
