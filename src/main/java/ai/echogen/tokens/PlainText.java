package ai.echogen.tokens;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * Captions and phrases as ids and back, so that no text writes grammar.
 *
 * <p>No special token stands in a text. Nor do the tokens of {@link SpecialTokens#STRUCTURE}, even
 * where a tokenizer does not flag them as special. {@code <unk>} does: it is a word.
 */
final class PlainText {
  /** What a decoder puts in place of bytes that are no UTF-8. */
  private static final char REPLACEMENT = '\uFFFD';

  /** What a phrase without words says where there is no {@code <unk>}. */
  private static final String NAMELESS = "object";

  private static final int MOST_KEPT = 10_000; // phrases
  private static final int LONGEST_KEPT = 100; // characters of one

  private final TextTokenizer tokenizer;
  private final BitSet structure = new BitSet();
  private final Map<String, int[]> phrases = new ConcurrentHashMap<>(); // most come many times

  PlainText(TextTokenizer tokenizer) {
    this.tokenizer = tokenizer;
    SpecialTokens.STRUCTURE.forEach(token -> tokenizer.find(token).ifPresent(structure::set));
  }

  /** Whether this id may stand in a text. */
  boolean isText(int id) {
    return tokenizer.isUnknown(id) || !(tokenizer.isSpecial(id) || structure.get(id));
  }

  /** Ids of a text without the special tokens in it, also those that appear once others are out. */
  int[] ids(String text) {
    int[] ids = tokenizer.encode(text);
    int[] kept = keepText(ids);
    while (kept.length < ids.length) {
      ids = tokenizer.encode(tokenizer.decode(kept));
      kept = keepText(ids);
    }
    return ids;
  }

  /**
   * The same for a phrase, which is never empty: a region needs something to be asked by.
   *
   * @return not to be changed
   */
  int[] phraseIds(String phrase) {
    int[] known = phrases.get(phrase);
    if (known != null) {
      return known;
    }
    int[] ids = idsOfPhrase(phrase);
    if (phrase.length() <= LONGEST_KEPT && phrases.size() < MOST_KEPT) {
      phrases.put(phrase, ids);
    }
    return ids;
  }

  private int[] idsOfPhrase(String phrase) {
    int[] ids = ids(phrase);
    if (ids.length > 0 && !tokenizer.decode(ids).isBlank()) {
      return ids;
    }
    var unknown = tokenizer.find(TextTokenizer.UNKNOWN);
    return unknown.isPresent() ? new int[] {unknown.getAsInt()} : tokenizer.encode(NAMELESS);
  }

  /** The text of these ids; empty if no text is written so, such as half a character. */
  Optional<String> text(int[] ids) {
    var text = ids.length == 0 ? "" : tokenizer.decode(ids);
    int[] again = tokenizer.encode(text);
    boolean same =
        Arrays.equals(ids, again)
            || (text.indexOf(REPLACEMENT) < 0
                && IntStream.of(again).allMatch(this::isText)
                && tokenizer.decode(again).equals(text));
    return same ? Optional.of(text) : Optional.empty();
  }

  private int[] keepText(int[] ids) {
    int[] kept = new int[ids.length];
    int count = 0;
    for (int id : ids) {
      if (isText(id)) {
        kept[count++] = id;
      }
    }
    return Arrays.copyOf(kept, count);
  }
}
