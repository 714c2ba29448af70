package ai.echogen.data.ingest.formats.common;

import ai.echogen.storage.FileContent;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The lines of a text file that is small enough to be held, numbered from 1. They end as on Unix,
 * Windows or an old Mac; a byte order mark is no part of them.
 */
public final class NumberedLines {
  private final byte[] bytes;
  private int next; // byte at which the next line begins
  private int from;
  private int to;
  private int number;

  private NumberedLines(byte[] bytes) {
    this.bytes = bytes;
    boolean isMarked =
        bytes.length >= 3
            && bytes[0] == (byte) 0xEF
            && bytes[1] == (byte) 0xBB
            && bytes[2] == (byte) 0xBF;
    this.next = isMarked ? 3 : 0;
  }

  /**
   * The lines of a file.
   *
   * @throws IllegalArgumentException with the file if it has more bytes or lines, is no regular
   *     file, or something else in its place
   */
  public static NumberedLines of(Location file, int mostBytes, int mostLines) throws IOException {
    var bytes = bytes(file, mostBytes);
    int numLines = 1;
    for (int i = 0; i < bytes.length && numLines <= mostLines; i++) {
      boolean isCarriageReturn = bytes[i] == '\r' && !isAt(bytes, i + 1, '\n');
      numLines += isCarriageReturn || bytes[i] == '\n' ? 1 : 0;
    }
    if (numLines > mostLines) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "%s: must have less than %,d lines", file, mostLines));
    }
    return new NumberedLines(bytes);
  }

  /**
   * All bytes of a file.
   *
   * @throws IllegalArgumentException with the file if it has more, is no regular file, or something
   *     else in its place
   */
  public static byte[] bytes(Location file, int most) throws IOException {
    try (var in = file.open()) {
      var bytes = in.readNBytes(most + 1);
      if (bytes.length > most) {
        throw new IllegalArgumentException(
            String.format(Locale.ROOT, "%s: must have at most %,d bytes", file, most));
      }
      var mistaken = FileContent.mistaken(bytes);
      if (mistaken.isPresent()) {
        throw new IllegalArgumentException(file + ": " + mistaken.get());
      }
      return bytes;
    }
  }

  private static boolean isAt(byte[] bytes, int place, char c) {
    return place < bytes.length && bytes[place] == c;
  }

  /** Moves to the next line; false at the end. */
  public boolean next() {
    if (next >= bytes.length) {
      return false;
    }
    from = next;
    to = from;
    while (to < bytes.length && bytes[to] != '\n' && bytes[to] != '\r') {
      to++;
    }
    next = to + (isAt(bytes, to, '\r') && isAt(bytes, to + 1, '\n') ? 2 : 1);
    number++;
    return true;
  }

  public int number() {
    return number;
  }

  /** Bytes of the line. */
  public int length() {
    return to - from;
  }

  /**
   * The line without its end.
   *
   * @throws CharacterCodingException if it is not UTF-8
   */
  public String text() throws CharacterCodingException {
    var line = ByteBuffer.wrap(bytes, from, to - from);
    return StandardCharsets.UTF_8.newDecoder().decode(line).toString();
  }
}
