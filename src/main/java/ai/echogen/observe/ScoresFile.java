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
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A {@code scores.json}: one flat JSON object, dotted names to numbers, sorted. Integers stay
 * integers; NaN and infinities are strings.
 */
public final class ScoresFile {
  private static final String PROVENANCE = "provenance";
  private static final Set<String> BLOCKS = Set.of(PROVENANCE, "protocol", "intervals");
  private static final ObjectMapper JSON = new ObjectMapper();

  private ScoresFile() {}

  /** Writes the file whole or not at all. */
  public static void write(Path file, Map<String, ? extends Number> scores) {
    WholeFile.write(file, json(scores).getBytes(UTF_8));
  }

  /**
   * The same with what made them, as an object under {@code provenance}, which {@link #read} passes
   * over.
   */
  public static void write(Path file, Map<String, ? extends Number> scores, ObjectNode provenance) {
    var object = object(scores);
    object.set(PROVENANCE, provenance);
    WholeFile.write(file, (object.toPrettyString() + "\n").getBytes(UTF_8));
  }

  /** The text of the file. */
  public static String json(Map<String, ? extends Number> scores) {
    return object(scores).toPrettyString() + "\n";
  }

  private static ObjectNode object(Map<String, ? extends Number> scores) {
    var object = JSON.createObjectNode();
    new TreeMap<>(scores).forEach((name, value) -> JsonNumbers.put(object, name, value));
    return object;
  }

  /**
   * The scores in a file; {@code provenance}, {@code protocol} and {@code intervals} are passed
   * over.
   *
   * @throws IllegalArgumentException if it is missing, or no flat JSON object of numbers
   */
  public static SortedMap<String, Double> read(Path file) {
    if (!Files.exists(file)) {
      throw new IllegalArgumentException(file + ": no such scores file");
    }
    var object = parse(file);
    if (!object.isObject()) {
      throw new IllegalArgumentException(
          file + ": expected a JSON object of scores, got " + object.getNodeType());
    }
    var scores = new TreeMap<String, Double>();
    object
        .fields()
        .forEachRemaining(
            field -> {
              if (BLOCKS.contains(field.getKey())) {
                return;
              }
              try {
                scores.put(field.getKey(), JsonNumbers.value(field.getValue()));
              } catch (NumberFormatException e) {
                throw new IllegalArgumentException(
                    file + ": " + field.getKey() + ": " + e.getMessage(), e);
              }
            });
    return scores;
  }

  private static JsonNode parse(Path file) {
    try {
      return JsonText.parse(LocalFiles.readSmall(file), file.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": " + e.getMessage(), e);
    }
  }
}
