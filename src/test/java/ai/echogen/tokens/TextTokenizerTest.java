package ai.echogen.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextTokenizerTest {
  private final TextTokenizer tokenizer = Vocabularies.tokenizer(new LocationCodec(8));

  @AfterEach
  void close() {
    tokenizer.close();
  }

  @Test
  void addsNothingToATextAndCutsNothingOff() {
    assertThat(tokenizer.encode("")).isEmpty();
    assertThat(tokenizer.encode("star ".repeat(5_000))).hasSize(5_000);
  }

  @Test
  void countsUnknownWords() {
    assertThat(tokenizer.numUnknown("a purple circle of doom")).isEqualTo(2);
    assertThat(tokenizer.isUnknown(tokenizer.id("<unk>"))).isTrue();
    assertThat(tokenizer.isUnknown(tokenizer.id("a"))).isFalse();
  }

  @Test
  void knowsItsSpecialTokens() {
    assertThat(tokenizer.isSpecial(tokenizer.id("<grounding>"))).isTrue();
    assertThat(tokenizer.isSpecial(tokenizer.id("<y_7>"))).isTrue();
    assertThat(tokenizer.isSpecial(tokenizer.id("star"))).isFalse();
  }

  @Test
  void survivesTextThatIsNotUnicode() {
    assertThat(tokenizer.numUnknown("a \ud83d star \udc00")).isEqualTo(2);
    assertThat(tokenizer.encode("star\u0000")).hasSize(2);
  }

  @Test
  void namesTheTokenAndTheFileThatLacksIt() {
    assertThatThrownBy(() -> tokenizer.id("<x_8>"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("tokenizer.json: has no token <x_8> among its");
  }

  /** The library numbers added tokens itself: behind a gap it differs from the file. */
  @Test
  void refusesAnAddedTokenThatIsReadAsAnotherId() throws IOException {
    var json = new String(JanusVocabulary.planGenJson(), StandardCharsets.UTF_8);
    for (var moved : List.of("\"special\":true", "\"special\":false")) {
      var gap = json.replace("\"id\":391", "\"id\":399").replace("\"special\":true", moved);
      assertThatThrownBy(() -> TextTokenizer.of(gap.getBytes(StandardCharsets.UTF_8), "gap.json"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "gap.json: </box> is 399 in the file but is read as 391: list it in added_tokens at"
                  + " the next free id");
    }
  }

  @Test
  void givesManyThreadsTheSameIds() {
    int[] alone = tokenizer.encode("a red star, left of a striped blue square");

    assertThat(
            IntStream.range(0, 2_000)
                .parallel()
                .mapToObj(i -> tokenizer.encode("a red star, left of a striped blue square")))
        .allSatisfy(ids -> assertThat(ids).containsExactly(alone));
  }

  @Test
  void readsSubwordVocabulariesToo() {
    var json =
        """
        {"version": "1.0", "truncation": {"direction": "Right", "max_length": 2,
         "strategy": "LongestFirst", "stride": 0}, "padding": null,
         "added_tokens": [{"id": 4, "content": "<bos>", "single_word": false, "lstrip": false,
          "rstrip": false, "normalized": false, "special": true}],
         "normalizer": null, "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false,
         "trim_offsets": true, "use_regex": true}, "post_processor": null, "decoder": {"type":
         "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true},
         "model": {"type": "BPE", "dropout": null, "unk_token": null, "continuing_subword_prefix":
         null, "end_of_word_suffix": null, "fuse_unk": false, "byte_fallback": false,
         "vocab": {"a": 0, "b": 1, "Ġ": 2, "ab": 3}, "merges": ["a b"]}}
        """;
    try (var subwords =
        TextTokenizer.of(json.getBytes(StandardCharsets.UTF_8), "bpe/tokenizer.json")) {
      assertThat(subwords.encode("ab ab<bos>")).containsExactly(3, 2, 3, 4);
      assertThat(subwords.decode(3, 2, 3, 4)).isEqualTo("ab ab<bos>");
      assertThat(subwords.size()).isEqualTo(5);
      assertThat(subwords.find("<bos>")).hasValue(4);
      assertThat(subwords.find("<eos>")).isEmpty();
      assertThat(subwords.has(4)).isTrue();
      assertThat(subwords.has(5)).isFalse();
      assertThat(subwords.has(-1)).isFalse();
      assertThat(subwords.numUnknown("ab")).isZero();
    }
  }

  @Test
  void namesTheFileThatHasNoTokenForAText() {
    var json =
        """
        {"version": "1.0", "model": {"type": "Unigram", "unk_id": null, "vocab": [["a", -1.0]]}}
        """;
    try (var pieces = TextTokenizer.of(json.getBytes(StandardCharsets.UTF_8), "t.json")) {
      assertThat(pieces.encode("a")).containsExactly(0);
      assertThatThrownBy(() -> pieces.encode("b"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("t.json: has no tokens for a text: ")
          .hasMessageEndingWith("; give model an unknown token");
    }
  }

  @Test
  void saysWhichFileIsMissingOrBroken(@TempDir Path folder) throws IOException {
    var missing = folder.resolve("tokenizer.json");
    assertThatThrownBy(() -> TextTokenizer.load(missing))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(missing + ": no such file");

    var truncated = Files.writeString(folder.resolve("t.json"), "{\n\"model\": {\"vocab\": {");
    assertThatThrownBy(() -> TextTokenizer.load(truncated))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(truncated + ": 2: is not valid JSON: ");

    var other = Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"janus\"}");
    assertThatThrownBy(() -> TextTokenizer.load(other))
        .hasMessage(other + ": must be a Hugging Face tokenizer.json with model.vocab");

    var odd = Files.writeString(folder.resolve("odd.json"), "{\"model\": {\"vocab\": {\"a\": 0}}}");
    assertThatThrownBy(() -> TextTokenizer.load(odd))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(odd + ": is refused by the tokenizers library: ");
  }
}
