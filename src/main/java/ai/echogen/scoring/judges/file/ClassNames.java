package ai.echogen.scoring.judges.file;

import ai.echogen.json.JsonRecord;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The names of a detector's classes, by their numbers. */
final class ClassNames {
  /** Stands where a number belongs to no class: what is found of it is no detection. */
  static final String NONE = "N/A";

  static final int MOST = 100_000;
  static final int LONGEST = 200; // letters

  private ClassNames() {}

  /** The file that the field {@code classes} names, if it is no list. */
  static Optional<String> file(JsonRecord record) {
    return record.any("classes").isTextual()
        ? Optional.of(Fields.fileName(record, "classes"))
        : Optional.empty();
  }

  /** The list in the field {@code classes}. */
  static List<String> list(JsonRecord record) {
    var names = Fields.texts(record, "classes", record.any("classes"));
    problem(names).ifPresent(what -> record.problem("classes", what));
    return names;
  }

  /**
   * The lines of a file.
   *
   * @throws IllegalArgumentException if they are no names
   */
  static List<String> parse(byte[] bytes, String place) {
    try {
      var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      var names = text.strip().lines().map(String::strip).toList();
      var problem = problem(names);
      if (problem.isPresent()) {
        throw new IllegalArgumentException(place + ": its lines " + problem.get());
      }
      return names;
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(place + ": must be a text in UTF-8, a class a line", e);
    }
  }

  private static Optional<String> problem(List<String> names) {
    if (names.isEmpty() || names.size() > MOST) {
      return Optional.of(
          String.format(Locale.ROOT, "must be 1 to %,d names, are %,d", MOST, names.size()));
    }
    var seen = new HashSet<String>();
    for (int i = 0; i < names.size(); i++) {
      var name = names.get(i);
      if (name.isBlank() || name.length() > LONGEST) {
        return Optional.of(
            String.format(
                Locale.ROOT, "must be names of 1 to %d letters, number %d is not", LONGEST, i));
      }
      if (!seen.add(name) && !name.equals(NONE)) {
        return Optional.of(
            String.format(
                Locale.ROOT,
                "must not name %s twice, as number %d does; a number without a class is %s",
                name,
                i,
                NONE));
      }
    }
    return Optional.empty();
  }
}
