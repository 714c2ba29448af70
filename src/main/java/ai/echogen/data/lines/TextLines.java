package ai.echogen.data.lines;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** The lines of a file and where they begin; a line that is damaged is one, however long it is. */
public final class TextLines {
  private final InputStream in;
  private final int most;
  private final byte[] buffer = new byte[1 << 16];
  private final ByteArrayOutputStream content = new ByteArrayOutputStream();
  private int place;
  private int filled;
  private long offset;
  private long nextOffset;
  private long number;
  private String text = "";
  private Optional<String> damage = Optional.empty();

  /**
   * @param offset in the file at which {@code in} stands
   * @param before lines of the file before it
   * @param most bytes of a line that is read
   */
  public TextLines(InputStream in, long offset, long before, int most) {
    this.in = in;
    this.nextOffset = offset;
    this.number = before;
    this.most = most;
  }

  /** Moves to the next line; false at the end of the file. */
  public boolean next() throws IOException {
    content.reset();
    offset = nextOffset;
    boolean isEnded = false;
    while (!isEnded && hasMore()) {
      int end = place;
      while (end < filled && buffer[end] != '\n') {
        end++;
      }
      isEnded = end < filled;
      content.write(buffer, place, Math.min(end - place, most + 1 - content.size()));
      nextOffset += end - place + (isEnded ? 1 : 0);
      place = end + (isEnded ? 1 : 0);
    }
    if (nextOffset == offset) {
      return false;
    }
    number++;
    decode();
    return true;
  }

  private boolean hasMore() throws IOException {
    if (place == filled) {
      place = 0;
      filled = Math.max(0, in.read(buffer));
    }
    return filled > 0;
  }

  private void decode() {
    text = "";
    damage = Optional.empty();
    if (isTooLong()) {
      damage = Optional.of(String.format(Locale.ROOT, "line of more than %,d bytes", most));
      return;
    }
    try {
      var line = decode(content.toByteArray());
      text = line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
    } catch (CharacterCodingException e) {
      damage = Optional.of("line that is not UTF-8");
    }
  }

  /** Counted from 1. */
  public long number() {
    return number;
  }

  /** Bytes of the file before the line. */
  public long offset() {
    return offset;
  }

  /** The line without its end; empty if it is damaged. */
  public String text() {
    return text;
  }

  /** Why the line cannot be read, if so. */
  public Optional<String> damage() {
    return damage;
  }

  boolean isTooLong() {
    return content.size() > most;
  }

  /** Whether there is nothing to read in it, and nothing lost. */
  public boolean isBlank() {
    return damage.isEmpty() && text.isBlank();
  }

  /** The text of bytes that are UTF-8, without a byte order mark. */
  public static String decode(byte[] bytes) throws CharacterCodingException {
    var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }
}
