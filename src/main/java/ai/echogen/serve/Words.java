package ai.echogen.serve;

import ai.echogen.tokens.TextTokenizer;
import ai.echogen.tokens.WordVocabulary;
import java.util.List;

/** The words of texts that a model's tokenizer lacks. */
public interface Words {
  /** Each word of a text that reads as any other unknown one, once, in lower case. */
  List<String> lacking(String text);

  /** By a tokenizer, which the caller closes. */
  static Words of(TextTokenizer tokenizer) {
    return text ->
        tokenizer.numUnknown(text) == 0
            ? List.of()
            : WordVocabulary.split(text).stream()
                .filter(word -> tokenizer.numUnknown(word) > 0)
                .distinct()
                .toList();
  }
}
