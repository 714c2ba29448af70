package ai.echogen.scoring.judges.file;

import ai.echogen.json.JsonRecord;
import ai.echogen.json.JsonText;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Kinds of fields that descriptions of judges have. */
final class Fields {
  private static final Pattern PLAIN_NAME = Pattern.compile("[^/\\\\:\\p{Cntrl}]{1,255}");

  private Fields() {}

  /** One of an enum's constants, written as {@code boxes-scores} for {@code BOXES_SCORES}. */
  static <E extends Enum<E>> E choice(JsonRecord record, String field, Class<E> type) {
    var constants = type.getEnumConstants();
    var given = record.textIfAny(field).orElse("");
    for (var constant : constants) {
      if (word(constant).equals(given)) {
        return constant;
      }
    }
    var words = Arrays.stream(constants).map(Fields::word).toList();
    record.problem(field, "must be one of %s, got \"%s\"".formatted(words, given));
    return constants[0];
  }

  /** A constant as descriptions have it. */
  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The name of a file of the description's own folder. */
  static String fileName(JsonRecord record, String field) {
    var name = record.text(field);
    if (!name.isEmpty() && !isPlain(name)) {
      record.problem(field, "must name a file of the same folder, got \"" + name + "\"");
    }
    return name;
  }

  /** The names of several. */
  static List<String> fileNames(JsonRecord record, String field) {
    var value = record.any(field);
    var names = new ArrayList<String>();
    if (value.isMissingNode()) {
      return names;
    }
    for (var name : texts(record, field, value)) {
      if (!isPlain(name)) {
        record.problem(field, "must name files of the same folder, got \"" + name + "\"");
      }
      names.add(name);
    }
    return names;
  }

  static boolean isPlain(String name) {
    return PLAIN_NAME.matcher(name).matches() && !name.equals(".") && !name.equals("..");
  }

  /** A list of texts. */
  static List<String> texts(JsonRecord record, String field, JsonNode value) {
    var texts = new ArrayList<String>();
    if (!value.isArray()) {
      record.problem(field, "must be a list of texts, got " + JsonText.shown(value));
      return texts;
    }
    for (var item : value) {
      if (!item.isTextual()) {
        record.problem(field, "must be a list of texts, has " + JsonText.shown(item));
        return texts;
      }
      texts.add(item.textValue());
    }
    return texts;
  }

  /** A number in {@code [least, most]}. */
  static double number(JsonRecord record, String field, double least, double most) {
    double number = record.number(field);
    if (number < least || number > most) {
      record.problem(field, "must be %s to %s, got %s".formatted(least, most, number));
      return least;
    }
    return number;
  }

  /** Three numbers, one for each channel. */
  static List<Double> channels(JsonRecord record, String field) {
    var value = record.any(field);
    var numbers = new ArrayList<Double>();
    for (var item : value) {
      if (item.isNumber() && Double.isFinite(item.doubleValue())) {
        numbers.add(item.doubleValue());
      }
    }
    if (!value.isArray() || value.size() != 3 || numbers.size() != 3) {
      record.problem(field, "must be a list of three numbers, got " + JsonText.shown(value));
      return List.of(1.0, 1.0, 1.0);
    }
    return numbers;
  }
}
