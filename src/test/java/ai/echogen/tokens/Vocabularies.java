package ai.echogen.tokens;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** A small vocabulary for the tests of this package. */
final class Vocabularies {
  static final List<String> WORDS =
      List.of(
          "a", "red", "green", "blue", "striped", "circle", "square", "star", "left", "of", ",");

  private Vocabularies() {}

  /** Closed by the caller. */
  static TextTokenizer tokenizer(LocationCodec codec) {
    return of(WordVocabulary.ofTexts(WORDS, 100, codec));
  }

  static TextTokenizer of(WordVocabulary vocabulary) {
    return TextTokenizer.of(vocabulary.toJson().getBytes(StandardCharsets.UTF_8), "tokenizer.json");
  }
}
