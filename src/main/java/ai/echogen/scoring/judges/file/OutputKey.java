package ai.echogen.scoring.judges.file;

import ai.echogen.json.JsonRecord;
import ai.echogen.json.JsonText;
import java.util.Locale;

/**
 * Which of a network's outputs: by its name, or by its place, from 0.
 *
 * @param name empty where the place counts
 */
record OutputKey(String name, int place) {
  private static final int MOST_OUTPUTS = 1000;

  /** A field that is a text or a whole number. */
  static OutputKey read(JsonRecord record, String field) {
    var value = record.any(field);
    if (value.isTextual() && !value.textValue().isBlank()) {
      return new OutputKey(value.textValue(), 0);
    }
    if (value.isInt() && value.intValue() >= 0 && value.intValue() < MOST_OUTPUTS) {
      return new OutputKey("", value.intValue());
    }
    record.problem(
        field, "must be the name of an output, or its place from 0, got " + JsonText.shown(value));
    return new OutputKey("", 0);
  }

  @Override
  public String toString() {
    return name.isEmpty() ? String.format(Locale.ROOT, "number %d", place) : name;
  }
}
