package ai.echogen.tokens;

import ai.echogen.json.JsonText;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Words that a tokenizer of whole words lacks, at the next free ids. A tokenizer that cuts words
 * into pieces has an id for any text already, and is left as it is.
 */
public final class NewWords {
  private NewWords() {}

  /**
   * @param json {@code tokenizer.json} with the words
   * @param words those that were added, by rising id
   */
  public record Added(byte[] json, List<String> words) {
    public Added {
      words = List.copyOf(words);
    }
  }

  /**
   * Adds those of the words that the tokenizer reads as {@value TextTokenizer#UNKNOWN}, in their
   * order; every id that there was stays.
   *
   * @param origin the file's name for error messages
   * @return empty if there is nothing to add
   */
  public static Optional<Added> add(byte[] tokenizerJson, String origin, List<String> words) {
    var json = TextTokenizer.parse(tokenizerJson, origin);
    if (!isOfWords(json)) {
      return Optional.empty();
    }
    var missing = new ArrayList<String>();
    try (var tokenizer = TextTokenizer.of(tokenizerJson, origin)) {
      words.stream().distinct().filter(w -> tokenizer.numUnknown(w) > 0).forEach(missing::add);
    }
    var all = with(json, missing, origin);
    try (var tokenizer = TextTokenizer.of(all, origin)) {
      // One that the file's own rules cut up, or turn into another, would never be read.
      missing.removeIf(word -> !isRead(tokenizer, word));
    }
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of(new Added(with(json, missing, origin), missing));
  }

  /** Whether a tokenizer is one of whole words, so that it may lack some. */
  public static boolean isOfWords(byte[] tokenizerJson, String origin) {
    return isOfWords(TextTokenizer.parse(tokenizerJson, origin));
  }

  private static boolean isOfWords(JsonNode json) {
    return json.path("model").path("type").asText().equals("WordLevel");
  }

  private static boolean isRead(TextTokenizer tokenizer, String word) {
    var ids = tokenizer.encode(word);
    return ids.length == 1 && ids[0] == tokenizer.id(word);
  }

  private static byte[] with(JsonNode json, List<String> words, String origin) {
    var root = json.<ObjectNode>deepCopy();
    var vocabulary = (ObjectNode) root.path("model").path("vocab");
    int next =
        TextTokenizer.vocabulary(json).values().stream().mapToInt(id -> id + 1).max().orElse(0);
    for (var word : words) {
      vocabulary.put(word, next++);
    }
    try {
      var text =
          new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
      return text.getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(
          origin + ": " + JsonText.shown(json) + " must be writable", e);
    }
  }
}
