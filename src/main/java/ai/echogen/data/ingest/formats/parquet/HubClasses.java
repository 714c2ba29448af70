package ai.echogen.data.ingest.formats.parquet;

import ai.echogen.data.ingest.formats.common.RowFields;
import ai.echogen.json.JsonText;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The names of classes that {@code datasets} writes into a Parquet file's metadata, below the key
 * {@code huggingface}: {@code info.features.objects}, then a list and a struct or a struct and a
 * list, each of which has been written in more than one way, then {@code names}.
 */
final class HubClasses {
  private static final String KEY = "huggingface";
  private static final Set<String> LISTS = Set.of("Sequence", "List", "LargeList");

  private HubClasses() {}

  /** Names by number; none if the file does not say. */
  static List<String> of(Map<String, String> properties, String column, String field) {
    var features = features(properties.getOrDefault(KEY, "{}"));
    var names = inner(inner(features.path(column)).path(field)).path("names");
    return IntStream.range(0, names.size()).mapToObj(i -> RowFields.text(names.path(i))).toList();
  }

  /** Metadata that cannot be read names no class, which rows with numbers will tell. */
  private static JsonNode features(String json) {
    try {
      return JsonText.parse(json.getBytes(StandardCharsets.UTF_8), KEY)
          .path("info")
          .path("features");
    } catch (IllegalArgumentException e) {
      return MissingNode.getInstance();
    }
  }

  /** What is in a list, or in lists of lists. */
  private static JsonNode inner(JsonNode feature) {
    var inner = feature;
    while (true) {
      if (inner.isArray() && inner.size() == 1) {
        inner = inner.get(0);
      } else if (LISTS.contains(inner.path("_type").asText())) {
        inner = inner.path("feature");
      } else {
        return inner;
      }
    }
  }
}
