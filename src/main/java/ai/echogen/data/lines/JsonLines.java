package ai.echogen.data.lines;

import ai.echogen.config.Listed;
import ai.echogen.config.Spelling;
import ai.echogen.data.IdTable;
import ai.echogen.storage.FileContent;
import ai.echogen.storage.Location;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Reads a file of one JSON object a line, as a stream, and collects what is wrong with its lines:
 * {@code FILE: LINE: what}. Empty lines are skipped. Every object needs an {@code id} of its own.
 */
final class JsonLines {
  /** Makes a value of one line's object; what is wrong with it goes to {@link #problem}. */
  interface Element {
    void read(String id, JsonNode object);
  }

  /** More problems than anyone reads are counted only. */
  private static final int MAX_LISTED = 1000;

  private static final int MAX_ID = 120;
  private static final int MOST_BYTES = 1 << 30; // of a line
  private static final ObjectReader JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .reader();

  private final Location file;
  private final List<String> problems = new ArrayList<>();
  private final IdTable lineOfId = new IdTable();
  private long numProblems;
  private long line;

  JsonLines(Location file) {
    this.file = file;
  }

  /**
   * Calls the reader for each line of the file, and remembers where they are and which ids they
   * have, but not what is in them.
   *
   * @throws IllegalArgumentException listing all problems, one a line, if there is any
   */
  LineIndex index(Element element) {
    var index = new LineIndex(file);
    each(
        0,
        0,
        lines -> {
          index.add(lines.offset(), lines.number() - 1);
          readLine(lines.text(), element);
          return true;
        });
    if (index.size() == 0) {
      throw new IllegalArgumentException(file + ": holds no line; give one JSON object a line");
    }
    return index;
  }

  /** Calls the reader for each line of a part. */
  void read(LineSlice slice, Element element) {
    var place = new long[1];
    each(
        slice.offset(),
        slice.linesBefore(),
        lines -> {
          if (place[0] >= slice.skip()) {
            readLine(lines.text(), element);
          }
          place[0]++;
          return place[0] < slice.skip() + slice.count();
        });
    if (place[0] < slice.skip() + slice.count()) {
      throw new IllegalArgumentException(
          "%s: became shorter while it was read; run again".formatted(file));
    }
  }

  /** Looks at a line that is not blank; false to look at no more. */
  private interface Look {
    boolean at(TextLines lines);
  }

  private void each(long offset, long linesBefore, Look look) {
    try (var in = file.open()) {
      if (offset == 0) {
        requireLines(in.readNBytes(FileContent.BYTES));
      }
      in.seek(offset);
      var lines = new TextLines(in, offset, linesBefore, MOST_BYTES);
      while (lines.next()) {
        line = lines.number();
        if (lines.damage().isPresent()) {
          problem(
              lines.isTooLong()
                  ? "too long; give one JSON object a line"
                  : "not UTF-8; save the file as UTF-8");
          break;
        }
        if (!lines.isBlank() && !look.at(lines)) {
          break;
        }
      }
    } catch (FileNotFoundException e) {
      throw new IllegalArgumentException(file + ": no such file", e);
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": " + e.getMessage(), e);
    }
    if (numProblems > problems.size()) {
      problems.add(
          String.format(Locale.ROOT, "%s: and %,d more", file, numProblems - problems.size()));
    }
    if (numProblems > 0) {
      throw new IllegalArgumentException(String.join("\n", problems));
    }
  }

  private void requireLines(byte[] start) {
    var mistaken = FileContent.mistaken(start);
    if (mistaken.isPresent()) {
      throw new IllegalArgumentException(file + ": " + mistaken.get());
    }
  }

  /** Notes what is wrong with the line that is being read. */
  void problem(String what) {
    numProblems++;
    if (problems.size() < MAX_LISTED) {
      problems.add(file + ": " + line + ": " + Listed.cut(what));
    }
  }

  /** The text of a key that must be there; a problem and an empty text where it is not. */
  String text(JsonNode object, String key, String where) {
    var value = object.path(key);
    if (value.isTextual() && !value.textValue().isBlank()) {
      return value.textValue();
    }
    problem("%s%s must be a text that is not blank, got %s".formatted(where, key, shown(value)));
    return "";
  }

  /** The text of a key that may be missing. */
  String text(JsonNode object, String key, String where, String ifMissing) {
    return object.hasNonNull(key) ? text(object, key, where) : ifMissing;
  }

  /** The elements of a list with {@code least} to {@code most} elements. */
  Iterable<JsonNode> list(JsonNode object, String key, int least, int most) {
    var value = object.path(key);
    if (value.isArray() && value.size() >= least && value.size() <= most) {
      return value;
    }
    var got = value.isArray() ? String.valueOf(value.size()) : shown(value);
    problem(
        String.format(Locale.ROOT, "%s must be a list of %d to %d, got %s", key, least, most, got));
    return List.of();
  }

  /** Notes the keys that are none of the known ones. */
  void onlyKeys(JsonNode object, String where, List<String> known) {
    object
        .fieldNames()
        .forEachRemaining(
            key -> {
              if (!known.contains(key)) {
                var meant =
                    Spelling.nearest(key, known)
                        .map(near -> "did you mean " + near + "?")
                        .orElse("the keys here are " + String.join(", ", known));
                problem("%s%s is not a key; %s".formatted(where, key, meant));
              }
            });
  }

  /** A value as a message shows it. */
  static String shown(JsonNode value) {
    return value.isMissingNode() ? "nothing" : value.toString();
  }

  private void readLine(String content, Element element) {
    JsonNode object;
    try {
      object = JSON.readTree(content);
    } catch (JsonProcessingException e) {
      var what = e.getOriginalMessage().lines().findFirst().orElse("");
      var at = e.getLocation(); // Jackson's own limits come without one
      problem("not JSON%s: %s".formatted(at == null ? "" : " at column " + at.getColumnNr(), what));
      return;
    }
    if (!object.isObject()) {
      problem("must be a JSON object, got " + shown(object));
      return;
    }
    element.read(id(object), object);
  }

  private String id(JsonNode object) {
    var id = text(object, "id", "");
    long before = id.isEmpty() ? 0 : lineOfId.putIfAbsent(id, line);
    if (before != 0) {
      problem(
          String.format(
              Locale.ROOT, "id %s is that of line %d too; give each line its own", id, before));
    }
    if (id.length() > MAX_ID) {
      problem(
          String.format(
              Locale.ROOT, "id must have at most %d characters, got %d", MAX_ID, id.length()));
    }
    return id;
  }
}
