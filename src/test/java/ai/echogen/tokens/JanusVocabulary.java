package ai.echogen.tokens;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A byte-level BPE of 386 tokens with the names of Janus' special tokens; see make_tokenizer.py.
 */
final class JanusVocabulary {
  static final String ORIGIN = "janus/tokenizer.json";

  /** The first free id. */
  static final int SIZE = 386;

  private JanusVocabulary() {}

  /** As published: without PlanGen's tokens. */
  static byte[] json() {
    return resource("tokenizer.json");
  }

  /** Its bytes with PlanGen's tokens. */
  static byte[] planGenJson() {
    return AddedTokens.add(json(), ORIGIN, PlanGenGrammar.TOKENS, SIZE + 6);
  }

  /** With PlanGen's tokens; closed by the caller. */
  static TextTokenizer planGen() {
    return TextTokenizer.of(planGenJson(), ORIGIN);
  }

  /** With PlanGen's and location tokens; closed by the caller. */
  static TextTokenizer locations(LocationCodec codec) {
    List<String> tokens =
        Stream.concat(PlanGenGrammar.TOKENS.stream(), codec.tokens().stream()).toList();
    return TextTokenizer.of(AddedTokens.add(json(), ORIGIN, tokens, SIZE + tokens.size()), ORIGIN);
  }

  static byte[] resource(String name) {
    try (var in = JanusVocabulary.class.getResourceAsStream(name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }
}
