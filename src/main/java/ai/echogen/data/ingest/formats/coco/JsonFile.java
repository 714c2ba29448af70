package ai.echogen.data.ingest.formats.coco;

import ai.echogen.data.ingest.formats.common.JsonStream;
import ai.echogen.storage.Location;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** A JSON file that is an object whose values are long lists of objects. */
final class JsonFile {
  /** Reads one element; the parser stands on its START_OBJECT and is left on its END_OBJECT. */
  interface Element {
    void read(JsonParser parser) throws IOException;
  }

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
    requireNoDirectory();
    return JsonStream.read(path, parser -> read(parser, lists));
  }

  private static Set<String> read(JsonParser parser, Map<String, Element> lists)
      throws IOException {
    Set<String> seen = new HashSet<>();
    JsonStream.require(
        parser, parser.nextToken() == JsonToken.START_OBJECT, "a JSON object must begin here");
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      var name = parser.currentName();
      var element = lists.get(name);
      parser.nextToken();
      if (element == null) {
        parser.skipChildren();
      } else {
        seen.add(name);
        readList(parser, name, element);
      }
    }
    JsonStream.require(parser, parser.nextToken() == null, "nothing may follow the object");
    return seen;
  }

  private static void readList(JsonParser parser, String name, Element element) throws IOException {
    JsonStream.require(
        parser, parser.currentToken() == JsonToken.START_ARRAY, name + " must be a list");
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      JsonStream.require(
          parser,
          parser.currentToken() == JsonToken.START_OBJECT,
          name + " must hold objects only");
      element.read(parser);
    }
  }

  private void requireNoDirectory() {
    try {
      if (path.exists() && path.status().isDirectory()) {
        throw problem("a directory; give a file of it" + jsonFiles());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(path + ": " + e.getMessage(), e);
    }
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
}
