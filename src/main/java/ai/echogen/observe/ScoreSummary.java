package ai.echogen.observe;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.echogen.json.JsonText;
import ai.echogen.storage.LocalFiles;
import ai.echogen.storage.WholeFile;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All of a {@code scores.json}, of which {@link ScoresFile} reads the numbers alone.
 *
 * <p>Beside the flat numbers three keys have objects: {@code intervals} (name of a number → [low,
 * high]), {@code protocol} (rules by which the numbers were made → text), {@code provenance} (who
 * made them of what).
 *
 * @param numbers whole ones are {@link Long}, others {@link Double}
 * @param intervals of some of the numbers, 95 %
 * @param protocol what must be equal for two systems to be compared; {@code benchmark} is one of
 *     its keys, and {@code system} with {@code system.…}, which may differ, say what was scored
 * @param provenance empty where nothing is said
 */
public record ScoreSummary(
    SortedMap<String, Number> numbers,
    SortedMap<String, Range> intervals,
    SortedMap<String, String> protocol,
    ObjectNode provenance) {
  /** The file's usual name. */
  public static final String FILE = "scores.json";

  private static final String INTERVALS = "intervals";
  private static final String PROTOCOL = "protocol";
  private static final String PROVENANCE = "provenance";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The ends of an interval. */
  public record Range(double low, double high) {}

  public ScoreSummary {
    numbers = Collections.unmodifiableSortedMap(new TreeMap<>(numbers));
    intervals = Collections.unmodifiableSortedMap(new TreeMap<>(intervals));
    protocol = Collections.unmodifiableSortedMap(new TreeMap<>(protocol));
    provenance = provenance.deepCopy();
  }

  /** The benchmark that the protocol names; empty if it names none. */
  public String benchmark() {
    return protocol.getOrDefault("benchmark", "");
  }

  /** Writes the file whole or not at all. */
  public void write(Path file) {
    var object = JSON.createObjectNode();
    numbers.forEach((name, value) -> JsonNumbers.put(object, name, value));
    var ranges = object.putObject(INTERVALS);
    intervals.forEach((name, range) -> ranges.putArray(name).add(range.low()).add(range.high()));
    var rules = object.putObject(PROTOCOL);
    protocol.forEach(rules::put);
    object.set(PROVENANCE, provenance);
    WholeFile.write(file, (object.toPrettyString() + "\n").getBytes(UTF_8));
  }

  /**
   * Reads such a file; the three objects may be missing.
   *
   * @throws IllegalArgumentException naming the file and what is wrong
   */
  public static ScoreSummary read(Path file) {
    if (!Files.exists(file)) {
      throw new IllegalArgumentException(file + ": no such scores file");
    }
    var object = parse(file);
    if (!object.isObject()) {
      throw wrong(file, "", "must be an object of scores", object);
    }
    var numbers = new TreeMap<String, Number>();
    for (var field : object.properties()) {
      switch (field.getKey()) {
        case INTERVALS, PROTOCOL, PROVENANCE -> {} // below
        default -> numbers.put(field.getKey(), number(file, field.getKey(), field.getValue()));
      }
    }
    var intervals = new TreeMap<String, Range>();
    for (var field : fields(file, object, INTERVALS)) {
      intervals.put(
          field.getKey(), range(file, INTERVALS + "." + field.getKey(), field.getValue()));
    }
    var protocol = new TreeMap<String, String>();
    for (var field : fields(file, object, PROTOCOL)) {
      if (!field.getValue().isTextual()) {
        throw wrong(file, PROTOCOL + "." + field.getKey(), "must be a text", field.getValue());
      }
      protocol.put(field.getKey(), field.getValue().textValue());
    }
    var provenance = JSON.createObjectNode();
    for (var field : fields(file, object, PROVENANCE)) {
      provenance.set(field.getKey(), field.getValue());
    }
    return new ScoreSummary(numbers, intervals, protocol, provenance);
  }

  private static JsonNode parse(Path file) {
    try {
      return JsonText.parse(LocalFiles.readSmall(file), file.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": " + e.getMessage(), e);
    }
  }

  private static Iterable<Map.Entry<String, JsonNode>> fields(
      Path file, JsonNode object, String name) {
    var value = object.path(name);
    if (!value.isObject() && !value.isMissingNode()) {
      throw wrong(file, name, "must be an object", value);
    }
    return value.properties();
  }

  private static Number number(Path file, String name, JsonNode value) {
    if (value.isIntegralNumber() && value.canConvertToLong()) {
      return value.longValue();
    }
    try {
      return JsonNumbers.value(value);
    } catch (NumberFormatException e) {
      throw wrong(file, name, "must be a number", value);
    }
  }

  private static Range range(Path file, String name, JsonNode value) {
    if (!value.isArray() || value.size() != 2) {
      throw wrong(file, name, "must be [low, high]", value);
    }
    return new Range(
        number(file, name, value.get(0)).doubleValue(),
        number(file, name, value.get(1)).doubleValue());
  }

  private static IllegalArgumentException wrong(
      Path file, String name, String must, JsonNode value) {
    return new IllegalArgumentException(
        "%s: %s%s, got %s"
            .formatted(file, name.isEmpty() ? "" : name + " ", must, JsonText.shown(value)));
  }
}
