package ai.echogen.data.lines;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The lines of a stream, and where each of them begins. */
final class ByteLines {
  private final InputStream in;
  private final byte[] buffer = new byte[1 << 16];
  private final ByteArrayOutputStream content = new ByteArrayOutputStream();
  private int place;
  private int filled;
  private long offset;
  private long nextOffset;
  private long number;

  /**
   * @param offset in the file at which {@code in} stands
   * @param before lines of the file before it
   */
  ByteLines(InputStream in, long offset, long before) {
    this.in = in;
    this.nextOffset = offset;
    this.number = before;
  }

  /** Moves to the next line; false at the end of the file. */
  boolean next() throws IOException {
    content.reset();
    offset = nextOffset;
    int bytes = 0;
    while (true) {
      if (place == filled) {
        filled = Math.max(0, in.read(buffer));
        place = 0;
        if (filled == 0) {
          break;
        }
      }
      int end = place;
      while (end < filled && buffer[end] != '\n') {
        end++;
      }
      content.write(buffer, place, end - place);
      bytes += end - place;
      place = end;
      if (end < filled) {
        place++;
        bytes++;
        break;
      }
    }
    nextOffset += bytes;
    if (bytes > 0) {
      number++;
    }
    return bytes > 0;
  }

  /** Counted from 1. */
  long number() {
    return number;
  }

  /** Bytes of the file before the line. */
  long offset() {
    return offset;
  }

  /** Whether it has nothing but spaces. */
  boolean isBlank() {
    for (byte b : content.toByteArray()) {
      if (b != ' ' && b != '\t' && b != '\r') {
        return false;
      }
    }
    return true;
  }

  /**
   * The line without its end.
   *
   * @throws java.nio.charset.CharacterCodingException if it is not UTF-8
   */
  String text() throws IOException {
    var decoder = StandardCharsets.UTF_8.newDecoder();
    var text = decoder.decode(ByteBuffer.wrap(content.toByteArray())).toString();
    int from = number == 1 && text.startsWith("\uFEFF") ? 1 : 0;
    return text.substring(from, text.endsWith("\r") ? text.length() - 1 : text.length());
  }
}
