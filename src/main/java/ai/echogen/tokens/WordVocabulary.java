package ai.echogen.tokens;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One token a word: the vocabulary of a small model, made from the texts it will read.
 *
 * <p>Ids, in order: the special tokens ({@code <pad>} is 0), {@code <x_0>}…, {@code <y_0>}…, then
 * words by falling frequency, equal ones by alphabet. So special ids do not depend on the texts.
 *
 * <p>As a file it is a Hugging Face {@code tokenizer.json}: normalisers NFC and Lowercase,
 * pre-tokeniser Whitespace, model WordLevel with {@code <unk>}; special and location tokens are
 * special added_tokens.
 */
public final class WordVocabulary {
  /** Hugging Face's Whitespace pre-tokeniser: runs of word characters, runs of anything else. */
  private static final Pattern WORD =
      Pattern.compile("\\w+|[^\\w\\s]+", Pattern.UNICODE_CHARACTER_CLASS);

  private final List<String> specialTokens;
  private final List<String> words;

  private WordVocabulary(List<String> specialTokens, List<String> words) {
    this.specialTokens = specialTokens;
    this.words = words;
  }

  /** Counts the words of captions and phrases, and keeps the most frequent. */
  public static WordVocabulary ofTexts(
      Iterable<String> texts, int maxWords, LocationCodec locations) {
    Map<String, Long> counts = new HashMap<>();
    texts.forEach(text -> split(text).forEach(word -> counts.merge(word, 1L, Long::sum)));
    return ofCounts(counts, maxWords, locations);
  }

  /**
   * Keeps the most frequent words.
   *
   * @param counts how often each word of {@link #split} occurs
   * @param maxWords words to keep at most, special and location tokens not counted
   */
  public static WordVocabulary ofCounts(
      Map<String, Long> counts, int maxWords, LocationCodec locations) {
    if (maxWords < 1) {
      throw new IllegalArgumentException("maxWords must be at least 1, got " + maxWords);
    }
    var special = Stream.concat(SpecialTokens.ALL.stream(), locations.tokens().stream()).toList();
    var words =
        counts.entrySet().stream()
            .sorted(
                Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                    .thenComparing(Map.Entry.comparingByKey()))
            .limit(maxWords)
            .map(Map.Entry::getKey)
            .toList();
    return new WordVocabulary(special, words);
  }

  /** The words of a text exactly as the written tokenizer will cut them. */
  public static List<String> split(String text) {
    var lower = new StringBuilder(text.length());
    // By character, as the tokenizers library does: no special form of a word's last letter.
    Normalizer.normalize(text, Normalizer.Form.NFC)
        .codePoints()
        .forEach(
            c -> {
              if (c < 128) { // nearly all, and without a string each
                lower.append((char) Character.toLowerCase(c));
              } else {
                lower.append(Character.toString(c).toLowerCase(Locale.ROOT));
              }
            });
    var words = new ArrayList<String>();
    var matcher = WORD.matcher(lower);
    while (matcher.find()) {
      words.add(matcher.group());
    }
    return Collections.unmodifiableList(words);
  }

  /** The words that were kept, in the order of their ids. */
  public List<String> words() {
    return words;
  }

  /** All tokens: special, location and words. */
  public int size() {
    return specialTokens.size() + words.size();
  }

  /** Writes {@code tokenizer.json} whole or not at all. */
  public void write(Path tokenizerJson) throws IOException {
    var temporary = tokenizerJson.resolveSibling(tokenizerJson.getFileName() + ".tmp");
    try {
      Files.writeString(temporary, toJson());
      Files.move(temporary, tokenizerJson, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** The content of {@code tokenizer.json}: equal vocabularies give equal bytes. */
  public String toJson() {
    var mapper = new ObjectMapper();
    var root = mapper.createObjectNode();
    root.put("version", "1.0").putNull("truncation").putNull("padding");
    var added = root.putArray("added_tokens");
    for (int id = 0; id < specialTokens.size(); id++) {
      describe(added.addObject(), id, specialTokens.get(id));
    }
    var normalizers = root.putObject("normalizer").put("type", "Sequence").putArray("normalizers");
    normalizers.addObject().put("type", "NFC");
    normalizers.addObject().put("type", "Lowercase");
    root.putObject("pre_tokenizer").put("type", "Whitespace");
    root.putNull("post_processor").putNull("decoder");
    var model = root.putObject("model").put("type", "WordLevel");
    var vocab = model.putObject("vocab");
    Stream.concat(specialTokens.stream(), words.stream())
        .forEach(token -> vocab.put(token, vocab.size()));
    model.put("unk_token", TextTokenizer.UNKNOWN);
    try {
      return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of strings and numbers must be writable", e);
    }
  }

  /** Fills in an entry of added_tokens for a special token. */
  static void describe(ObjectNode node, int id, String content) {
    node.put("id", id)
        .put("content", content)
        .put("single_word", false)
        .put("lstrip", false)
        .put("rstrip", false)
        .put("normalized", false)
        .put("special", true);
  }
}
