package ai.echogen.torch.safetensors;

import ai.echogen.config.Listed;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The header of a safetensors file: {@code {"name": {"dtype", "shape", "data_offsets": [begin,
 * end]}, …, "__metadata__": {…}}}.
 *
 * @param tensors by name, in the order of their bytes
 * @param problems what is wrong with the file, of very much the first; tensors are usable only if
 *     empty
 */
record SafetensorsHeader(
    Map<String, SafetensorsTensor> tensors, Map<String, String> metadata, List<String> problems) {
  static final String METADATA = "__metadata__";

  private static final int MOST_PROBLEMS = 500; // nobody reads more, and a header may hold millions

  /** What would break a line, or hide what stands in it. */
  private static final Pattern UNSEEN = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /**
   * Reads and checks a header.
   *
   * @param dataBegin where the bytes of the tensors start in the file
   * @param dataSize how many bytes follow
   */
  static SafetensorsHeader parse(byte[] json, long dataBegin, long dataSize) throws IOException {
    List<String> problems = new ArrayList<>();
    List<SafetensorsTensor> tensors = new ArrayList<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    List<Long> behind = new ArrayList<>(); // ends of tensors behind the file's
    for (var entry : root(json, problems).properties()) {
      if (problems.size() >= MOST_PROBLEMS) {
        break;
      }
      if (entry.getKey().equals(METADATA)) {
        readMetadata(entry.getValue(), metadata, problems);
      } else {
        tensor(entry.getKey(), entry.getValue(), dataBegin, dataSize, behind, problems)
            .ifPresent(tensors::add);
      }
    }
    if (!behind.isEmpty() && behind.size() == problems.size()) { // and nothing else is wrong
      problems.clear();
      problems.add(
          String.format(
              Locale.ROOT,
              "%,d of %,d bytes of its tensors are there; copy it again",
              dataSize,
              Collections.max(behind)));
    }
    tensors.sort(
        Comparator.comparingLong(SafetensorsTensor::begin)
            .thenComparingLong(SafetensorsTensor::end)
            .thenComparing(SafetensorsTensor::name));
    if (problems.isEmpty()) {
      checkBytesAreCoveredOnce(tensors, dataBegin, dataSize, problems);
    }
    Map<String, SafetensorsTensor> byName = new LinkedHashMap<>();
    tensors.forEach(tensor -> byName.put(tensor.name(), tensor));
    return new SafetensorsHeader(byName, metadata, problems);
  }

  private static JsonNode root(byte[] json, List<String> problems) throws IOException {
    try {
      var root = JSON.readTree(json);
      if (root.isObject()) {
        return root;
      }
      problems.add("the header must be a JSON object, got " + root.getNodeType());
    } catch (JsonProcessingException e) {
      var at = e.getLocation();
      problems.add(
          String.format(
              Locale.ROOT,
              "the header is not valid JSON at byte %d: %s",
              8 + (at == null ? 0 : at.getByteOffset()),
              shown(e.getOriginalMessage())));
    }
    return JSON.createObjectNode();
  }

  private static void readMetadata(
      JsonNode node, Map<String, String> metadata, List<String> problems) {
    if (!node.isObject()) {
      problems.add(METADATA + " must be an object of strings, got " + node.getNodeType());
    }
    for (var entry : node.properties()) {
      if (problems.size() >= MOST_PROBLEMS) {
        return;
      }
      if (!entry.getValue().isTextual()) {
        problems.add(METADATA + "." + shown(entry.getKey()) + " must be a string");
      }
      metadata.put(entry.getKey(), entry.getValue().asText());
    }
  }

  private static Optional<SafetensorsTensor> tensor(
      String name,
      JsonNode node,
      long dataBegin,
      long dataSize,
      List<Long> behind,
      List<String> problems) {
    int before = problems.size();
    var type = type(name, node.path("dtype"), problems);
    var shape = naturals(name, "shape", node.path("shape"), problems);
    var offsets = naturals(name, "data_offsets", node.path("data_offsets"), problems);
    if (problems.size() > before || type.isEmpty()) {
      return Optional.empty();
    }
    if (offsets.size() != 2 || offsets.get(0) > offsets.get(1) || offsets.get(1) > dataSize) {
      if (offsets.size() == 2 && offsets.get(0) <= offsets.get(1)) {
        behind.add(offsets.get(1));
      }
      problems.add(
          String.format(
              Locale.ROOT,
              "%s: data_offsets must be [begin, end] with begin <= end <= %d, got %s",
              shown(name),
              dataSize,
              shown(offsets.toString())));
      return Optional.empty();
    }
    long numBytes = offsets.get(1) - offsets.get(0);
    var expected = SafetensorsHeader.numBytes(type.get(), shape);
    if (expected.isEmpty() || expected.get() != numBytes) {
      problems.add(
          String.format(
              Locale.ROOT,
              "%s: %s of shape %s needs %s bytes, data_offsets %s hold %d",
              shown(name),
              type.get(),
              shown(shape.toString()),
              expected.map(String::valueOf).orElse("more than 2^63"),
              offsets,
              numBytes));
      return Optional.empty();
    }
    return Optional.of(
        new SafetensorsTensor(
            name, type.get(), shape, dataBegin + offsets.get(0), dataBegin + offsets.get(1)));
  }

  private static Optional<SafetensorsType> type(String name, JsonNode node, List<String> problems) {
    for (var type : SafetensorsType.values()) {
      if (type.name().equals(node.asText())) {
        return Optional.of(type);
      }
    }
    problems.add(
        "%s: dtype must be one of %s, got %s"
            .formatted(shown(name), List.of(SafetensorsType.values()), got(node)));
    return Optional.empty();
  }

  private static List<Long> naturals(
      String name, String field, JsonNode node, List<String> problems) {
    List<Long> numbers = new ArrayList<>();
    boolean right = node.isArray();
    for (var number : node) {
      right &= number.isIntegralNumber() && number.canConvertToLong() && number.asLong() >= 0;
      numbers.add(number.asLong());
    }
    if (!right) {
      problems.add(
          "%s: %s must be a list of integers from 0, got %s"
              .formatted(shown(name), field, got(node)));
    }
    return numbers;
  }

  private static String got(JsonNode node) {
    return node.isMissingNode() ? "nothing" : shown(node.toString());
  }

  /** What comes from the file, as one line of a message shows it. */
  private static String shown(String text) {
    return UNSEEN.matcher(Listed.cut(text)).replaceAll("\uFFFD");
  }

  /** Bytes of a tensor, or empty if no file can hold it. */
  static Optional<Long> numBytes(SafetensorsType type, List<Long> shape) {
    if (shape.contains(0L)) {
      return Optional.of(0L);
    }
    try {
      long numBytes = type.numBytes();
      for (long size : shape) {
        numBytes = Math.multiplyExact(numBytes, size);
      }
      return Optional.of(numBytes);
    } catch (ArithmeticException e) {
      return Optional.empty();
    }
  }

  /** The format knows no gaps: what no tensor owns may be a damaged file. */
  private static void checkBytesAreCoveredOnce(
      List<SafetensorsTensor> tensors, long dataBegin, long dataSize, List<String> problems) {
    long covered = dataBegin;
    String last = "the header";
    for (var tensor : tensors) {
      if (problems.size() >= MOST_PROBLEMS) {
        return;
      }
      if (tensor.numBytes() == 0) {
        continue;
      }
      if (tensor.begin() < covered) {
        problems.add(
            String.format(
                Locale.ROOT,
                "%s and %s overlap by %d bytes",
                last,
                shown(tensor.name()),
                Math.min(covered, tensor.end()) - tensor.begin()));
      } else if (tensor.begin() > covered) {
        problems.add(
            String.format(
                Locale.ROOT,
                "%d bytes between %s and %s belong to no tensor",
                tensor.begin() - covered,
                last,
                shown(tensor.name())));
      }
      if (tensor.end() >= covered) {
        covered = tensor.end();
        last = shown(tensor.name());
      }
    }
    if (covered < dataBegin + dataSize) {
      problems.add(
          String.format(
              Locale.ROOT,
              "%d bytes after %s belong to no tensor",
              dataBegin + dataSize - covered,
              last));
    }
  }
}
