package ai.echogen.data.ingest.formats.common;

import ai.echogen.storage.FileContent;
import ai.echogen.storage.Location;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

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
      try (var in = open(file)) {
        start = in.readNBytes(CODE_UNITS);
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
    var text = new String(start, StandardCharsets.ISO_8859_1);
    return text.startsWith("\u00FF\u00FE")
        || text.startsWith("\u00FE\u00FF")
        || text.indexOf('\0') >= 0;
  }

  /**
   * Opens a file.
   *
   * @throws IllegalArgumentException if there is something else in its place, with the way out
   * @throws IOException if storage fails
   */
  static InputStream open(Location file) throws IOException {
    var in = new BufferedInputStream(file.open());
    try {
      in.mark(FileContent.BYTES);
      var mistaken = FileContent.mistaken(in.readNBytes(FileContent.BYTES));
      if (mistaken.isPresent()) {
        throw new IllegalArgumentException(file + ": " + mistaken.get());
      }
      in.reset();
      return in;
    } catch (IOException | IllegalArgumentException e) {
      in.close();
      throw e;
    }
  }
}
