package ai.echogen.data.synth;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The text beside a cut-out: English on its first line, other languages below it. A phrase is made
 * of the first clause: "A zebra." and "The zebra—it has stripes!" are both {@code zebra}.
 */
final class Description {
  /** Longer ones are sentences about the thing rather than its name. */
  static final int MAX_WORDS = 6;

  private static final int MAX_LETTERS = 60; // of a word

  private static final Pattern END_OF_CLAUSE =
      Pattern.compile("[.!?](\\s|$)|[—–,;:(]| - | (is|are|means|stands for) ");
  private static final Pattern QUOTES = Pattern.compile("[“”\"«»„*<>\\[\\]{}|]");
  private static final Pattern ARTICLE = Pattern.compile("^(an?|the|this|some) (?=.)");

  /** Control characters, marks of direction and the like, and what stands for a lost letter. */
  private static final Pattern UNSEEN =
      Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Co}\\p{Cs}\\p{Zl}\\p{Zp}\\uFFFD]");

  private static final Pattern LONG_WORD = Pattern.compile("\\S{" + (MAX_LETTERS + 1) + "}");

  private static final Pattern NO_NAME = Pattern.compile("this|that|these|those|it|they|here");

  private Description() {}

  /** The phrase; blank if the text names nothing. */
  static String phrase(String text) {
    var line = text.lines().map(String::strip).filter(l -> !l.isEmpty()).findFirst().orElse("");
    var clause = END_OF_CLAUSE.split(QUOTES.matcher(line).replaceAll(""), 2)[0];
    var words = clause.replace("\uFEFF", "").replace('’', '\'').strip().replaceAll("\\s+", " ");
    var phrase = ARTICLE.matcher(words.toLowerCase(Locale.ROOT)).replaceFirst("");
    return NO_NAME.matcher(phrase).matches() ? "" : phrase;
  }

  /** What makes a phrase one that nobody would read as it is written, if anything does. */
  static Optional<String> flaw(String phrase) {
    if (UNSEEN.matcher(phrase).find()) {
      return Optional.of("control characters or lost letters");
    }
    return LONG_WORD.matcher(phrase).find()
        ? Optional.of(String.format(Locale.ROOT, "a word of more than %d letters", MAX_LETTERS))
        : Optional.empty();
  }

  static int numWords(String phrase) {
    return phrase.isBlank() ? 0 : phrase.split(" ").length;
  }
}
