package ai.echogen.data.ingest.formats.yolo;

import ai.echogen.data.ingest.formats.common.NumberedLines;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The names of YOLO's classes by number, as a file has them: Ultralytics' data.yaml, or a name a
 * line, the first of them that of class 0 (classes.txt, obj.names).
 */
final class YoloNames {
  private static final int MOST_BYTES = 10_000_000;
  private static final int MOST_NAMES = 100_000;
  private static final int LONGEST = 1_000; // letters of a name

  private final String file;
  private final Map<Integer, String> names = new TreeMap<>();

  /**
   * @param file what to call it in messages
   */
  YoloNames(String file) {
    this.file = file;
  }

  /**
   * Reads a file.
   *
   * @throws IllegalArgumentException with file and line if it is no such file
   */
  static Map<Integer, String> read(Location file) {
    try {
      if (file.isDirectory("categories")) {
        throw new IllegalArgumentException(
            file
                + ": a directory; give the data.yaml or classes.txt with the names of the classes");
      }
      var names = new YoloNames(file.toString());
      var text = text(file);
      var ending = file.name().toLowerCase(Locale.ROOT);
      if (ending.endsWith(".yaml") || ending.endsWith(".yml")) {
        new YoloYaml(new YamlText(file.toString(), text), names).read();
      } else {
        names.readLines(text);
      }
      return Map.copyOf(names.names);
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": " + e.getMessage(), e);
    }
  }

  private static String text(Location file) throws IOException {
    try {
      var bytes = NumberedLines.bytes(file, MOST_BYTES);
      var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(file + ": is not UTF-8; save it as UTF-8", e);
    }
  }

  private void readLines(String text) {
    var lines = text.stripTrailing().lines().toList();
    if (lines.isEmpty()) {
      throw new IllegalArgumentException(file + ": is empty; give a class's name a line");
    }
    for (int i = 0; i < lines.size(); i++) {
      add(i, lines.get(i), i + 1);
    }
  }

  /**
   * Adds a name.
   *
   * @param line of the file
   * @throws IllegalArgumentException if it is blank or very long, or the class has one
   */
  void add(int id, String name, int line) {
    var plain = name.strip().replaceAll("\\s+", " ");
    if (plain.isBlank()) {
      throw problem(file, line, String.format(Locale.ROOT, "class %d has no name; write one", id));
    }
    if (plain.length() > LONGEST || names.size() >= MOST_NAMES) {
      throw problem(
          file,
          line,
          String.format(
              Locale.ROOT,
              "must have at most %,d names of at most %,d letters; give the file with the names of"
                  + " the classes",
              MOST_NAMES,
              LONGEST));
    }
    if (names.putIfAbsent(id, plain) != null) {
      throw problem(file, line, String.format(Locale.ROOT, "class %d has two names; keep one", id));
    }
  }

  int size() {
    return names.size();
  }

  /** What is wrong with a line. */
  static IllegalArgumentException problem(String file, int line, String what) {
    return new IllegalArgumentException(
        String.format(Locale.ROOT, "%s: line %d: %s", file, line, what));
  }
}
