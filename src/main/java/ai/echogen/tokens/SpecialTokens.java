package ai.echogen.tokens;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * The names of the special tokens: our own, in the order in which our vocabularies number them, and
 * those of published Janus tokenizers (with the wide characters U+FF5C and U+2581).
 */
final class SpecialTokens {
  static final String PAD = "<pad>";
  static final String BOS = "<bos>";
  static final String EOS = "<eos>";
  static final String BEGIN_IMAGE = "<begin_of_image>";
  static final String END_IMAGE = "<end_of_image>";
  static final String GROUNDING = "<grounding>";
  static final String END_GROUNDING = "</grounding>";
  static final String REF = "<ref>";
  static final String END_REF = "</ref>";
  static final String BOX = "<box>";
  static final String END_BOX = "</box>";

  static final String JANUS_PAD = "<\uFF5C\u2581pad\u2581\uFF5C>";
  static final String JANUS_BOS = "<\uFF5Cbegin\u2581of\u2581sentence\uFF5C>";
  static final String JANUS_EOS = "<\uFF5Cend\u2581of\u2581sentence\uFF5C>";
  static final String USER = "<|User|>";
  static final String ASSISTANT = "<|Assistant|>";
  static final String IMAGE_PLACEHOLDER = "<image_placeholder>";

  static final List<String> ALL =
      List.of(
          PAD,
          BOS,
          EOS,
          TextTokenizer.UNKNOWN,
          BEGIN_IMAGE,
          END_IMAGE,
          GROUNDING,
          END_GROUNDING,
          REF,
          END_REF,
          BOX,
          END_BOX,
          IMAGE_PLACEHOLDER);

  /** What frames texts and images: never part of a text, flagged as special or not. */
  static final List<String> STRUCTURE =
      List.of(
          PAD,
          BOS,
          EOS,
          BEGIN_IMAGE,
          END_IMAGE,
          JANUS_PAD,
          JANUS_BOS,
          JANUS_EOS,
          USER,
          ASSISTANT,
          IMAGE_PLACEHOLDER);

  private SpecialTokens() {}

  /**
   * The id of the first of these names that the tokenizer has.
   *
   * @throws IllegalArgumentException if it has none, or does not read it as one token
   */
  static int id(TextTokenizer tokenizer, String... names) {
    var name =
        Stream.of(names)
            .filter(token -> tokenizer.find(token).isPresent())
            .findFirst()
            .orElse(names[0]);
    if (names.length > 1 && tokenizer.find(name).isEmpty()) {
      throw new IllegalArgumentException(
          "%s: has none of the tokens %s; add one to added_tokens or choose another tokenizer"
              .formatted(tokenizer.origin(), String.join(", ", names)));
    }
    return whole(tokenizer, name, tokenizer.id(name));
  }

  /** The same for an optional token. */
  static OptionalInt find(TextTokenizer tokenizer, String name) {
    var id = tokenizer.find(name);
    return id.isPresent() ? OptionalInt.of(whole(tokenizer, name, id.getAsInt())) : id;
  }

  /** The same for a token that must be flagged as special. */
  static int specialId(TextTokenizer tokenizer, String name) {
    int id = id(tokenizer, name);
    if (!tokenizer.isSpecial(id)) {
      throw new IllegalArgumentException(
          "%s: %s must be a special token (added_tokens, special: true), or a caption could write it"
              .formatted(tokenizer.origin(), name));
    }
    return id;
  }

  /** A token of the model's vocabulary alone may be cut into others. */
  private static int whole(TextTokenizer tokenizer, String name, int id) {
    int[] read = tokenizer.encode(name);
    if (read.length != 1 || read[0] != id) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: %s is %d in the file but is read as %s: list it in added_tokens at the next free id",
              tokenizer.origin(),
              name,
              id,
              Arrays.toString(read)));
    }
    return id;
  }
}
