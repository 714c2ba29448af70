package ai.echogen.tokens;

import ai.echogen.layout.Layout;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a model cannot take of layouts as they are: words that its tokenizer lacks, and captions
 * that are longer than its sequences. Layouts are added on many machines, and what was found there
 * to each other.
 */
public final class TextSurvey implements Serializable {
  private static final long serialVersionUID = 1;
  private static final int MOST_TOLD_APART = 10_000;
  private static final int MOST_NAMED = 20;
  private static final Pattern WORD =
      Pattern.compile("\\w+", Pattern.UNICODE_CHARACTER_CLASS); // not a comma

  private static final int LONGEST_KEPT = 100; // characters of a text

  private final TreeMap<String, Long> unknown = new TreeMap<>();
  private transient @Nullable Set<String> known; // texts of known words: most come many times
  private long numCaptions;
  private long numCut;
  private int tokensOfLongest; // of the caption that loses most
  private int keptOfLongest;
  private long numPhrases;
  private long numPhrasesWithoutWord;

  /** Looks at the texts of a layout. */
  public void add(TextTokenizer tokenizer, Grammar grammar, Layout layout) {
    var fit = grammar.fit(layout);
    if (fit.unknown() > 0) {
      addWords(tokenizer, layout.caption());
    }
    for (var region : layout.regions()) {
      boolean isRead = addWords(tokenizer, region.phrase());
      numPhrases++;
      numPhrasesWithoutWord += isRead ? 0 : 1;
    }
    numCaptions++;
    numCut += fit.isCut() ? 1 : 0;
    addLongest(fit.tokens(), fit.kept());
  }

  /** Adds what another has found. */
  public void add(TextSurvey other) {
    other.unknown.forEach(this::count);
    numCaptions += other.numCaptions;
    numCut += other.numCut;
    addLongest(other.tokensOfLongest, other.keptOfLongest);
    numPhrases += other.numPhrases;
    numPhrasesWithoutWord += other.numPhrasesWithoutWord;
  }

  /**
   * What was found, a line each; none where a model takes everything.
   *
   * @param texts what was looked at, for a person
   */
  public List<String> lines(String texts) {
    var lines = new ArrayList<String>();
    if (!unknown.isEmpty()) {
      lines.add(
          format(
              "the model's tokenizer lacks %,d%s words of %s, and reads each as %s: %s",
              unknown.size(),
              unknown.size() < MOST_TOLD_APART ? "" : " or more",
              texts,
              TextTokenizer.UNKNOWN,
              words()));
    }
    if (numCut > 0) {
      lines.add(
          format(
              "%,d of %,d captions of %s are longer than the model has positions for, and are cut: "
                  + "of the longest, %,d tokens of %,d stay",
              numCut, numCaptions, texts, keptOfLongest, tokensOfLongest));
    }
    return lines;
  }

  /**
   * Refuses a model that knows no word of any phrase: to it they are all the same.
   *
   * @param texts what was looked at, for a person
   * @throws IllegalArgumentException if it is so
   */
  public void requirePhrases(String texts) {
    if (numPhrases > 0 && numPhrasesWithoutWord == numPhrases) {
      throw new IllegalArgumentException(
          format(
              "the model's tokenizer knows no word of any phrase of %s: %s; "
                  + "give a model that was trained with these words, or train it on them (pretrain init=MODEL newWords=true)",
              texts, words()));
    }
  }

  /** Counts the words that a tokenizer lacks; whether it has one of them. */
  private boolean addWords(TextTokenizer tokenizer, String text) {
    if (isKnown(tokenizer, text)) {
      return true;
    }
    boolean has = false;
    for (var word : WordVocabulary.split(text)) {
      if (unknown.containsKey(word) || tokenizer.numUnknown(word) > 0) {
        count(word, 1);
      } else {
        has |= WORD.matcher(word).matches();
      }
    }
    return has;
  }

  private boolean isKnown(TextTokenizer tokenizer, String text) {
    if (known == null) {
      known = new HashSet<>();
    }
    if (known.contains(text)) {
      return true;
    }
    boolean isKnown = tokenizer.numUnknown(text) == 0;
    if (isKnown && text.length() <= LONGEST_KEPT && known.size() < MOST_TOLD_APART) {
      known.add(text);
    }
    return isKnown;
  }

  private void count(String word, long times) {
    if (unknown.size() < MOST_TOLD_APART || unknown.containsKey(word)) {
      unknown.merge(word, times, Long::sum);
    }
  }

  private void addLongest(int tokens, int kept) {
    if (tokens - kept > tokensOfLongest - keptOfLongest) {
      tokensOfLongest = tokens;
      keptOfLongest = kept;
    }
  }

  /** The most frequent words. */
  private String words() {
    var most =
        unknown.entrySet().stream()
            .sorted(
                Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                    .thenComparing(Map.Entry.comparingByKey()))
            .limit(MOST_NAMED)
            .map(entry -> String.format(Locale.ROOT, "%s (%,d)", entry.getKey(), entry.getValue()))
            .collect(Collectors.joining(", "));
    return unknown.size() > MOST_NAMED ? most + ", …" : most;
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
