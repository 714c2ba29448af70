package ai.echogen.data.ingest.formats.coco;

import ai.echogen.storage.FileContent;
import ai.echogen.storage.Location;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object whose values are long lists of objects, read as a stream: files of many hundred
 * megabytes on one line are usual. Python writes NaN and Infinity, so they are read.
 */
final class JsonFile {
  /** Reads one element; the parser stands on its START_OBJECT and is left on its END_OBJECT. */
  interface Element {
    void read(JsonParser parser) throws IOException;
  }

  private static final JsonFactory FACTORY =
      JsonFactory.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  private static final int MAX_NAMES = 10;

  private final Location path;

  JsonFile(Location path) {
    this.path = path;
  }

  Location path() {
    return path;
  }

  /**
   * Calls the reader of each list in {@code lists} for each element, and skips everything else.
   *
   * @return the lists that were there
   * @throws IllegalArgumentException with path, line, column and byte if it is not such a file
   */
  Set<String> read(Map<String, Element> lists) {
    Set<String> seen = new HashSet<>();
    try (var in = open();
        var parser = FACTORY.createParser(in)) {
      require(
          parser, parser.nextToken() == JsonToken.START_OBJECT, "a JSON object must begin here");
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        var name = parser.currentName();
        var element = lists.get(name);
        var token = parser.nextToken();
        if (element == null) {
          parser.skipChildren();
        } else {
          require(parser, token == JsonToken.START_ARRAY, name + " must be a list");
          seen.add(name);
          while (parser.nextToken() != JsonToken.END_ARRAY) {
            require(
                parser,
                parser.currentToken() == JsonToken.START_OBJECT,
                name + " must hold objects only");
            element.read(parser);
          }
        }
      }
      require(parser, parser.nextToken() == null, "nothing may follow the object");
    } catch (JsonProcessingException e) {
      throw unreadable(e.getLocation(), e.getOriginalMessage(), e);
    } catch (FileNotFoundException e) {
      throw new IllegalArgumentException(path + ": no such file", e);
    } catch (EOFException e) {
      throw new IllegalArgumentException(path + ": ends too early; copy it again", e);
    } catch (IOException e) {
      throw new UncheckedIOException(path + ": " + e.getMessage(), e);
    }
    return seen;
  }

  private InputStream open() throws IOException {
    if (path.exists() && path.status().isDirectory()) {
      throw problem("a directory; give a file of it" + jsonFiles());
    }
    var in = new BufferedInputStream(path.open());
    in.mark(FileContent.BYTES);
    var mistaken = FileContent.mistaken(in.readNBytes(FileContent.BYTES));
    if (mistaken.isPresent()) {
      in.close();
      throw problem(mistaken.get());
    }
    in.reset();
    return in;
  }

  private String jsonFiles() throws IOException {
    var names =
        path.list().stream()
            .map(status -> status.getPath().getName())
            .filter(name -> name.toLowerCase(Locale.ROOT).endsWith(".json"))
            .toList();
    var listed = String.join(", ", names.subList(0, Math.min(MAX_NAMES, names.size())));
    return names.isEmpty()
        ? ", which has none that ends with .json"
        : ", such as " + listed + (names.size() > MAX_NAMES ? ", …" : "");
  }

  IllegalArgumentException problem(String what) {
    return new IllegalArgumentException(path + ": " + what);
  }

  private void require(JsonParser parser, boolean holds, String what) {
    if (!holds) {
      throw unreadable(parser.currentLocation(), what, null);
    }
  }

  private IllegalArgumentException unreadable(
      @Nullable JsonLocation at, String what, @Nullable Exception cause) {
    if (at == null) { // Jackson's own limits come without a place
      return new IllegalArgumentException(
          "%s: cannot be read: %s".formatted(path, firstLine(what)), cause);
    }
    return new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "%s: line %d, column %d (byte %d): %s; copy or export the file again",
            path,
            at.getLineNr(),
            at.getColumnNr(),
            at.getByteOffset(),
            firstLine(what)),
        cause);
  }

  private static String firstLine(String what) {
    return what.lines().findFirst().orElse("");
  }
}
