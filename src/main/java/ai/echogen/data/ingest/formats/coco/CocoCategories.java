package ai.echogen.data.ingest.formats.coco;

import ai.echogen.data.ingest.formats.common.CocoValues;
import ai.echogen.data.shards.Finding;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The list {@code categories}: names by id. */
final class CocoCategories {
  private final Map<String, String> names = new HashMap<>();
  private final Set<String> ambiguous = new HashSet<>(); // ids

  /**
   * Reads an entry; the parser stands on its START_OBJECT.
   *
   * @return what is wrong with it, if anything
   */
  Optional<Finding> read(JsonParser parser) throws IOException {
    var id = "";
    var label = "";
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      var name = parser.currentName();
      parser.nextToken();
      switch (name) {
        case "id" -> id = CocoValues.id(parser);
        case "name" -> label = CocoValues.text(parser).strip();
        default -> parser.skipChildren();
      }
    }
    if (id.isBlank() || label.isBlank()) {
      var what = "category %s %s".formatted(id, label).strip();
      return Optional.of(Finding.dropped("category without id or name", what));
    }
    var other = names.putIfAbsent(id, label);
    if (other == null || other.equals(label)) {
      return Optional.empty();
    }
    ambiguous.add(id); // which of them an annotation means, nobody can tell
    return Optional.of(
        Finding.dropped(
            "duplicate category id", "category %s (%s, %s)".formatted(id, other, label)));
  }

  int size() {
    return names.size();
  }

  /** Names by id; of an id that has two, none. */
  Map<String, String> names() {
    var sure = new HashMap<>(names);
    sure.keySet().removeAll(ambiguous);
    return Map.copyOf(sure);
  }
}
