package ai.echogen.image;

import ai.echogen.image.Segments.Segment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The container of WebP files: a head of twelve bytes with the length of the rest, then chunks of a
 * name, a length and a content that is filled to an even number of bytes.
 *
 * @see <a href="https://developers.google.com/speed/webp/docs/riff_container">WebP container</a>
 */
final class Riff {
  private static final int HEAD = 12;
  private static final int CHUNK_HEAD = 8;

  private Riff() {}

  /** Whether the file ends before its own head says that it does. */
  static boolean isCutShort(byte[] file) {
    var bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    return bytes.limit() < HEAD || bytes.limit() < CHUNK_HEAD + unsigned(bytes, 4);
  }

  /** The chunks; of a damaged file those before the damage. */
  static List<Segment> chunks(ByteBuffer file) {
    var bytes = file.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    var chunks = new ArrayList<Segment>();
    long at = HEAD;
    while (at + CHUNK_HEAD <= bytes.limit()) {
      int start = (int) at + CHUNK_HEAD;
      long length = unsigned(bytes, (int) at + 4);
      if (start + length > bytes.limit()) {
        break;
      }
      var name = StandardCharsets.ISO_8859_1.decode(bytes.slice((int) at, 4)).toString();
      chunks.add(new Segment(name, bytes.slice(start, (int) length)));
      at = start + length + length % 2;
    }
    return chunks;
  }

  private static long unsigned(ByteBuffer bytes, int at) {
    return bytes.getInt(at) & 0xFFFFFFFFL;
  }
}
