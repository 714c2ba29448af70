package ai.echogen.observe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Numbers in JSON, which has no NaN and no infinity: those are written as strings. */
final class JsonNumbers {
  private JsonNumbers() {}

  static void put(ObjectNode object, String name, Number value) {
    if (value instanceof Integer || value instanceof Long) {
      object.put(name, value.longValue());
    } else if (Double.isFinite(value.doubleValue())) {
      object.put(name, value.doubleValue());
    } else {
      object.put(name, Double.toString(value.doubleValue()));
    }
  }

  /**
   * The number in a field.
   *
   * @throws NumberFormatException if it holds neither a number nor the name of one
   */
  static double value(JsonNode field) {
    if (field.isNumber()) {
      return field.doubleValue();
    }
    var text = field.isTextual() ? field.textValue() : field.toString();
    return switch (text) {
      case "NaN" -> Double.NaN;
      case "Infinity" -> Double.POSITIVE_INFINITY;
      case "-Infinity" -> Double.NEGATIVE_INFINITY;
      default -> throw new NumberFormatException("expected a number, got " + field);
    };
  }
}
