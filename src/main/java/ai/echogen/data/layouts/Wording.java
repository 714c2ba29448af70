package ai.echogen.data.layouts;

import ai.echogen.data.ingest.CountCaption;
import ai.echogen.layout.Box;
import ai.echogen.layout.Region;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** English for phrases: articles where there are none, and lists. */
final class Wording {
  private static final Set<String> DETERMINERS =
      Set.of(
          "a", "an", "the", "this", "that", "these", "those", "some", "any", "no", "each", "every",
          "all", "both", "another", "several", "many", "few", "my", "your", "his", "her", "its",
          "our", "their", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
          "ten");
  private static final int LAST_LATIN = 0x24F;
  private static final Box ANYWHERE = new Box(0, 0, 1, 1);

  private Wording() {}

  /** {@code dog} becomes {@code a dog}; what has a determiner, or is no Latin letter, stays. */
  static String noun(String phrase) {
    return isBare(phrase) ? counted(phrase, 1) : phrase;
  }

  /** {@code a dog, the cat and an old umbrella}. */
  static String list(List<String> nouns) {
    int last = nouns.size() - 1;
    return last < 1
        ? String.join("", nouns)
        : String.join(", ", nouns.subList(0, last)) + " and " + nouns.get(last);
  }

  /** The caption that only says what there is; equal phrases are counted: {@code two dogs}. */
  static String caption(List<String> phrases) {
    var counts = new LinkedHashMap<String, Integer>();
    phrases.forEach(phrase -> counts.merge(phrase, 1, Integer::sum));
    var nouns = new ArrayList<String>();
    counts.forEach(
        (phrase, count) ->
            nouns.addAll(
                isBare(phrase)
                    ? List.of(counted(phrase, count))
                    : Collections.nCopies(count, phrase)));
    return list(nouns);
  }

  private static String counted(String phrase, int count) {
    return CountCaption.of(Collections.nCopies(count, new Region(phrase, phrase, ANYWHERE)));
  }

  private static boolean isBare(String phrase) {
    var first = phrase.strip().split("\\s", 2)[0].toLowerCase(Locale.ROOT);
    int letter = first.isEmpty() ? 0 : first.codePointAt(0);
    return Character.isLetter(letter) && letter <= LAST_LATIN && !DETERMINERS.contains(first);
  }
}
