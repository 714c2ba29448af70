package ai.echogen.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An object whose fields are read one by one. What is missing, of another type or out of range is
 * gathered, over all objects within it, and reading goes on with a harmless value; {@link #orThrow}
 * names it all at once. A field that nobody reads is a problem where {@link #nothingElse} is asked.
 */
public final class JsonRecord {
  private static final int MOST_NAMED = 20; // problems
  private static final int LONGEST = 400; // letters of one, whose names come from outside

  private final JsonNode root;
  private final String place;
  private final String path;
  private final List<String> problems;
  private final Set<String> read = new LinkedHashSet<>();

  private JsonRecord(JsonNode root, String place, String path, List<String> problems) {
    this.root = root;
    this.place = place;
    this.path = path;
    this.problems = problems;
  }

  /**
   * An object.
   *
   * @param place where it comes from, for messages
   * @throws IllegalArgumentException if it is no object
   */
  public static JsonRecord of(JsonNode root, String place) {
    if (!root.isObject()) {
      throw new IllegalArgumentException(
          place + ": must be a JSON object, got " + JsonText.shown(root));
    }
    return new JsonRecord(root, place, "", new ArrayList<>());
  }

  /** A text that is there, and not blank. */
  public String text(String field) {
    var value = value(field);
    if (!value.isTextual() || value.textValue().isBlank()) {
      wrong(field, "must be a text", value);
      return "";
    }
    return value.textValue();
  }

  /** A text, if there is one. */
  public Optional<String> textIfAny(String field) {
    var value = value(field);
    if (isAbsent(value)) {
      return Optional.empty();
    }
    if (!value.isTextual()) {
      wrong(field, "must be a text", value);
      return Optional.empty();
    }
    return Optional.of(value.textValue());
  }

  /** A whole number that is there, in {@code [least, most]}. */
  public long whole(String field, long least, long most) {
    var value = value(field);
    boolean isWhole = value.isIntegralNumber() && value.canConvertToLong();
    if (!isWhole || value.longValue() < least || value.longValue() > most) {
      wrong(field, "must be a whole number, " + range(least, most), value);
      return least;
    }
    return value.longValue();
  }

  /** A whole number in {@code [least, most]}; {@code fallback} if there is none. */
  public long whole(String field, long least, long most, long fallback) {
    return isAbsent(value(field)) ? fallback : whole(field, least, most);
  }

  /** A finite number that is there. */
  public double number(String field) {
    var value = value(field);
    if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
      wrong(field, "must be a number", value);
      return 0;
    }
    return value.doubleValue();
  }

  /** A finite number; {@code fallback} if there is none. */
  public double number(String field, double fallback) {
    return isAbsent(value(field)) ? fallback : number(field);
  }

  /** Yes or no; {@code fallback} if nothing is said. */
  public boolean flag(String field, boolean fallback) {
    var value = value(field);
    if (isAbsent(value)) {
      return fallback;
    }
    if (!value.isBoolean()) {
      wrong(field, "must be true or false", value);
    }
    return value.asBoolean(fallback);
  }

  /** Any value, as it is; missing if there is none. */
  public JsonNode any(String field) {
    return value(field);
  }

  /** An object that is there. */
  public JsonRecord object(String field) {
    var value = value(field);
    if (!value.isObject()) {
      wrong(field, "must be an object", value);
    }
    return within(field, value);
  }

  /** The objects of an object, by their names. */
  public Map<String, JsonRecord> objects(String field) {
    var value = value(field);
    if (!value.isObject()) {
      wrong(field, "must be an object", value);
      return Map.of();
    }
    var objects = new LinkedHashMap<String, JsonRecord>();
    for (var entry : value.properties()) {
      var inner = field + "." + entry.getKey();
      if (!entry.getValue().isObject()) {
        wrong(inner, "must be an object", entry.getValue());
      }
      objects.put(entry.getKey(), within(inner, entry.getValue()));
    }
    return Collections.unmodifiableMap(objects);
  }

  /** The objects of a list; none if there is no such field and {@code isOptional}. */
  public List<JsonRecord> list(String field, boolean isOptional) {
    var value = value(field);
    if (isAbsent(value) && isOptional) {
      return List.of();
    }
    if (!value.isArray()) {
      wrong(field, "must be a list", value);
      return List.of();
    }
    var list = new ArrayList<JsonRecord>();
    for (int i = 0; i < value.size(); i++) {
      var inner = String.format(Locale.ROOT, "%s[%d]", field, i);
      if (!value.get(i).isObject()) {
        wrong(inner, "must be an object", value.get(i));
      }
      list.add(within(inner, value.get(i)));
    }
    return list;
  }

  /** The fields that there are. */
  public List<String> names() {
    return root.properties().stream().map(Map.Entry::getKey).toList();
  }

  /** Notes a problem of a field that was read. */
  public void problem(String field, String what) {
    problems.add(path + field + " " + what);
  }

  /** Notes every field that was not read. */
  public JsonRecord nothingElse() {
    for (var name : names()) {
      if (!read.contains(name)) {
        problems.add(path + shownName(name) + " is not known");
      }
    }
    return this;
  }

  /** Everything that was wrong so far, here and in the objects within. */
  public List<String> problems() {
    return List.copyOf(problems);
  }

  /**
   * Fails if anything was wrong.
   *
   * @param wayOut what helps, for the end of the message
   * @throws IllegalArgumentException naming the place and everything
   */
  public void orThrow(String wayOut) {
    if (problems.isEmpty()) {
      return;
    }
    var named =
        problems.stream()
            .limit(MOST_NAMED)
            .map(problem -> JsonText.cut(problem, LONGEST))
            .collect(Collectors.joining("; "));
    int more = problems.size() - MOST_NAMED;
    throw new IllegalArgumentException(
        place
            + ": "
            + named
            + (more > 0 ? String.format(Locale.ROOT, "; and %d more", more) : "")
            + (wayOut.isEmpty() ? "" : "; " + wayOut));
  }

  private JsonNode value(String field) {
    read.add(field);
    return root.path(field);
  }

  private JsonRecord within(String field, JsonNode value) {
    var object = value.isObject() ? value : JsonNodeFactory.instance.objectNode();
    return new JsonRecord(object, place, path + field + ".", problems);
  }

  private void wrong(String field, String must, JsonNode value) {
    problems.add(
        isAbsent(value)
            ? "missing %s%s (it %s)".formatted(path, field, must)
            : "%s%s %s, got %s".formatted(path, field, must, JsonText.shown(value)));
  }

  private static boolean isAbsent(JsonNode value) {
    return value.isMissingNode() || value.isNull();
  }

  private static String range(long least, long most) {
    return most == Long.MAX_VALUE
        ? String.format(Locale.ROOT, ">= %d", least)
        : String.format(Locale.ROOT, "%d to %d", least, most);
  }

  private static String shownName(String name) {
    return name.isEmpty() ? "\"\"" : name;
  }
}
