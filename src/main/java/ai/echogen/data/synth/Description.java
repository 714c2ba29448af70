package ai.echogen.data.synth;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The text beside a cut-out: English on its first line, other languages below it. A phrase is made
 * of the first clause: "A zebra." and "The zebra—it has stripes!" are both {@code zebra}.
 */
final class Description {
  /** Longer ones are sentences about the thing rather than its name. */
  static final int MAX_WORDS = 6;

  private static final Pattern END_OF_CLAUSE =
      Pattern.compile("[.!?](\\s|$)|[—–,;:(]| - | (is|are|means|stands for) ");
  private static final Pattern QUOTES = Pattern.compile("[“”\"«»„*<>\\[\\]{}|]");
  private static final Pattern ARTICLE = Pattern.compile("^(an?|the|this|some) (?=.)");

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

  static int numWords(String phrase) {
    return phrase.isBlank() ? 0 : phrase.split(" ").length;
  }
}
