package ai.echogen.data.ingest.formats.common;

import ai.echogen.storage.FileContent;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Text files of annotations, which are UTF-8. */
public final class TextFile {
  private static final int CODE_UNITS = 4; // bytes that tell UTF-16 and UTF-32

  private TextFile() {}

  /**
   * Looks at the first bytes of a file.
   *
   * @throws IllegalArgumentException if there is none, or it is no such text, with the way out
   */
  public static void require(Location file) {
    try {
      if (!file.exists()) {
        throw new IllegalArgumentException(file + ": no such file");
      }
      if (file.status().isDirectory()) {
        throw new IllegalArgumentException(file + ": a directory; give a file of it");
      }
      byte[] start;
      try (var in = file.open()) {
        start = in.readNBytes(FileContent.BYTES);
      }
      var mistaken = FileContent.mistaken(start);
      if (mistaken.isPresent()) {
        throw new IllegalArgumentException(file + ": " + mistaken.get());
      }
      if (start.length == 0) {
        throw new IllegalArgumentException(file + ": is empty; copy it again");
      }
      if (isWide(start)) {
        throw new IllegalArgumentException(file + ": is UTF-16 or binary; save it as UTF-8");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": " + e.getMessage(), e);
    }
  }

  private static boolean isWide(byte[] start) {
    var first = Arrays.copyOf(start, Math.min(CODE_UNITS, start.length));
    var text = new String(first, StandardCharsets.ISO_8859_1);
    return text.startsWith("\u00FF\u00FE")
        || text.startsWith("\u00FE\u00FF")
        || text.indexOf('\0') >= 0;
  }

  /** The text of bytes, without a byte order mark. */
  public static String decode(byte[] bytes) throws CharacterCodingException {
    var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }
}
