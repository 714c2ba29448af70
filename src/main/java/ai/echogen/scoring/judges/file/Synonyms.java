package ai.echogen.scoring.judges.file;

import ai.echogen.json.JsonRecord;
import ai.echogen.json.JsonText;
import ai.echogen.scoring.judges.Vocabulary;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The field {@code synonyms} of a detector's description: words for regions, and the class that
 * each means, or null for none.
 */
record Synonyms(SortedMap<String, String> classes, SortedSet<String> foreign) {
  static final String FIELD = "synonyms";

  private static final int MOST_NAMED = 5; // in a message

  Synonyms {
    classes = Collections.unmodifiableSortedMap(new TreeMap<>(classes));
    foreign = Collections.unmodifiableSortedSet(new TreeSet<>(foreign));
  }

  /** None where the field is not there. */
  static Synonyms read(JsonRecord record) {
    var value = record.any(FIELD);
    var classes = new TreeMap<String, String>();
    var foreign = new TreeSet<String>();
    if (!value.isMissingNode() && (!value.isObject() || value.size() > ClassNames.MOST)) {
      record.problem(
          FIELD,
          String.format(
              Locale.ROOT,
              "must be an object of at most %,d words and their classes, got %s",
              ClassNames.MOST,
              JsonText.shown(value)));
      return new Synonyms(classes, foreign);
    }
    for (var entry : value.properties()) {
      var word = entry.getKey();
      var meant = entry.getValue();
      if (word.isBlank() || word.length() > ClassNames.LONGEST) {
        record.problem(
            FIELD,
            String.format(
                Locale.ROOT,
                "must be of 1 to %d letters each, \"%s\" is not",
                ClassNames.LONGEST,
                word));
      } else if (!meant.isTextual() && !meant.isNull()) {
        record.problem(
            FIELD + "." + word, "must be a class, or null for none, got " + JsonText.shown(meant));
      } else if (meant.isNull()) {
        foreign.add(word);
      } else {
        classes.put(word, meant.textValue());
      }
    }
    return new Synonyms(classes, foreign);
  }

  /**
   * What a detector of these classes knows.
   *
   * @param names of the classes, by their numbers
   * @param place of the description, for messages
   * @throws IllegalArgumentException if a synonym is of another class
   */
  Vocabulary vocabulary(List<String> names, String place) {
    Set<String> known = new HashSet<>(names);
    known.remove(ClassNames.NONE);
    var wrong =
        classes.entrySet().stream()
            .filter(entry -> !known.contains(entry.getValue()))
            .map(entry -> "%s.%s: \"%s\"".formatted(FIELD, entry.getKey(), entry.getValue()))
            .toList();
    if (!wrong.isEmpty()) {
      var more = wrong.size() - MOST_NAMED;
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: %s%s must be one of the %d names of classes, as it stands there, or null for"
                  + " none",
              place,
              String.join(", ", wrong.subList(0, Math.min(MOST_NAMED, wrong.size()))),
              more > 0 ? String.format(Locale.ROOT, " and %d more", more) : "",
              known.size()));
    }
    return new Vocabulary(known, classes, foreign);
  }
}
