package ai.echogen;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/** Damaged copies of a file: mutant number i of a seed is a function of both. */
public final class Mutants {
  /** What is changed besides bytes. */
  public enum Form {
    /** Nothing. */
    BYTES,
    /** Values and keys of JSON, be it one value or one a line. */
    JSON,
    /** Fields of protobuf messages. */
    PROTOBUF
  }

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> ODD =
      List.of(
          "null",
          "true",
          "-1",
          "0",
          "1.5",
          "4294967424",
          "2147483647",
          "-9223372036854775808",
          "1e308",
          "\"\"",
          "\"x\"",
          "\"../../x\"",
          "\"a\\nb\"",
          "\"\\ud800\"",
          "\"\\u0000\"",
          "[]",
          "{}",
          "[[[[]]]]",
          "{\"a\": {\"a\": {}}}",
          "\"" + "y".repeat(5000) + "\"");

  private Mutants() {}

  /**
   * A mutant.
   *
   * @param isJson whether its structure is changed as well as its bytes
   */
  public static byte[] of(byte[] file, boolean isJson, long seed, int i) {
    return of(file, isJson ? Form.JSON : Form.BYTES, seed, i);
  }

  /** A mutant of a file of some form; two of three keep the form. */
  public static byte[] of(byte[] file, Form form, long seed, int i) {
    var random = new Random(seed * 1_000_003L + i);
    if (form == Form.BYTES || random.nextInt(3) == 0) {
      return bytes(file, random);
    }
    if (form == Form.PROTOBUF) {
      return ProtobufMutants.of(file, random);
    }
    try {
      return structure(file, random);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] bytes(byte[] file, Random random) {
    var changed = file.clone();
    return switch (random.nextInt(6)) {
      case 0 -> Arrays.copyOf(file, random.nextInt(file.length + 1)); // cut
      case 1 -> { // some bits
        for (int k = 0; k <= random.nextInt(8); k++) {
          changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
        }
        yield changed;
      }
      case 2 -> { // a run of one byte
        int from = random.nextInt(changed.length);
        int to = Math.min(changed.length, from + 1 + random.nextInt(32));
        Arrays.fill(changed, from, to, (byte) random.nextInt(256));
        yield changed;
      }
      case 3 -> { // a piece twice
        int from = random.nextInt(file.length);
        int to = Math.min(file.length, from + 1 + random.nextInt(64));
        var out = new ByteArrayOutputStream();
        out.write(file, 0, to);
        out.write(file, from, file.length - from);
        yield out.toByteArray();
      }
      case 4 -> { // a piece less
        int from = random.nextInt(file.length);
        int to = Math.min(file.length, from + 1 + random.nextInt(64));
        var out = new ByteArrayOutputStream();
        out.write(file, 0, from);
        out.write(file, to, file.length - to);
        yield out.toByteArray();
      }
      default -> { // digits of lengths and counts
        for (int k = 0; k < changed.length; k++) {
          if (changed[k] >= '0' && changed[k] <= '9' && random.nextInt(10) == 0) {
            changed[k] = (byte) ('0' + random.nextInt(10));
          }
        }
        yield changed;
      }
    };
  }

  private static byte[] structure(byte[] file, Random random) throws IOException {
    var values = values(file);
    var places = new ArrayList<JsonNode>();
    values.forEach(value -> gather(value, places));
    if (places.isEmpty()) {
      return odd(random).getBytes(StandardCharsets.UTF_8);
    }
    for (int k = 0; k <= random.nextInt(3); k++) {
      change(places.get(random.nextInt(places.size())), random);
    }
    return values.stream()
        .map(JsonNode::toString)
        .collect(Collectors.joining("\n"))
        .getBytes(StandardCharsets.UTF_8);
  }

  /** The values of a JSON file, of which there may be several. */
  static List<JsonNode> values(byte[] file) throws IOException {
    try (MappingIterator<JsonNode> values = JSON.readerFor(JsonNode.class).readValues(file)) {
      return values.readAll();
    }
  }

  private static void gather(JsonNode node, List<JsonNode> places) {
    if (node.isContainerNode() && !node.isEmpty()) {
      places.add(node);
    }
    node.forEach(child -> gather(child, places));
  }

  private static void change(JsonNode node, Random random) throws JsonProcessingException {
    if (node.isEmpty()) {
      return;
    }
    int what = random.nextInt(4);
    if (node instanceof ObjectNode object) {
      var names = new ArrayList<String>();
      object.fieldNames().forEachRemaining(names::add);
      var name = names.get(random.nextInt(names.size()));
      switch (what) {
        case 0 -> object.remove(name);
        case 1 -> object.set("x" + name, object.remove(name));
        case 2 -> object.set(name, object.get(names.get(random.nextInt(names.size()))).deepCopy());
        default -> object.set(name, JSON.readTree(odd(random)));
      }
    } else if (node instanceof ArrayNode array) {
      int at = random.nextInt(array.size());
      switch (what) {
        case 0 -> array.remove(at);
        case 1 -> array.insert(at, array.get(random.nextInt(array.size())).deepCopy());
        case 2 -> array.insert(at, JsonNodeFactory.instance.nullNode());
        default -> array.set(at, JSON.readTree(odd(random)));
      }
    }
  }

  private static String odd(Random random) {
    return ODD.get(random.nextInt(ODD.size()));
  }
}
