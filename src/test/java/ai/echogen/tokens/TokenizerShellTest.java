package ai.echogen.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What would end the process, or never end, is refused before the native library sees it. */
class TokenizerShellTest {
  private static final String WHOLE =
      """
      {"version": "1.0", "added_tokens": [{"id": 2, "content": "<bos>", "special": true,
        "single_word": false, "lstrip": false, "rstrip": false, "normalized": false}],
       "normalizer": null, "pre_tokenizer": {"type": "Whitespace"}, "decoder": null,
       "model": {"type": "WordLevel", "vocab": {"a": 0, "<unk>": 1}, "unk_token": "<unk>"}}""";

  @Test
  void theWholeOneIsRead() {
    try (var tokenizer = of(WHOLE)) {
      assertThat(tokenizer.encode("a")).containsExactly(0);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"decoder\": null | \"decoder\": \"\\ud800\" | decoder holds half of a pair of surrogates",
        "\"a\": 0 | \"\\udc00\": 0 | holds half of a pair of surrogates",
        "\"a\": 0 | \"a\": 4294967296 | model.vocab.a must be a whole number, 0 to 10000000, got 4294967296",
        "\"a\": 0 | \"a\": -1 | model.vocab.a must be a whole number",
        "\"a\": 0 | \"a\": \"0\" | model.vocab.a must be a whole number",
        "\"id\": 2 | \"id\": 2147483647 | added_tokens[0].id must be a whole number",
        "\"content\": \"<bos>\" | \"content\": null | added_tokens[0].content must be a text",
        "\"WordLevel\" | \"Word\" | model.type must be one of",
        "\"normalizer\": null | \"normalizer\": {\"type\": \"Precompiled\", \"precompiled_charsmap\": \"AAAA\"} | normalizer is Precompiled",
        "\"normalizer\": null | \"normalizer\": {\"type\": \"Sequence\", \"normalizers\": [{\"type\": \"Replace\", \"pattern\": {\"Regex\": \"(a+)+b\"}, \"content\": \"\"}]} | normalizer.normalizers[0].pattern.Regex is a pattern that may take for ever",
        "\"version\": \"1.0\" | \"model\": 1 | 4: is not valid JSON: Duplicate field 'model'",
      })
  void whatTheLibraryCannotTakeIsRefusedByName(String was, String is, String said) {
    assertThat(WHOLE).contains(was);
    assertThatThrownBy(() -> of(WHOLE.replace(was, is)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("t/tokenizer.json: ")
        .hasMessageContaining(said);
  }

  /** The patterns of tokenizers that are in use. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
        "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
        "[\\r\\n]",
        "\\s?[!-/:-~！-／：-～‘-‟　-。]+",
        "\\s?\\p{L}+",
        "[一-龥ࠀ-一가-퟿]+"
      })
  void patternsInUseAreTaken(String regex) {
    var escaped = regex.replace("\\", "\\\\");
    var split =
        "\"pre_tokenizer\": {\"type\": \"Split\", \"pattern\": {\"Regex\": \"%s\"}, \"behavior\": \"Isolated\", \"invert\": false}"
            .formatted(escaped);
    var json = WHOLE.replace("\"pre_tokenizer\": {\"type\": \"Whitespace\"}", split);
    assertThatCode(() -> of(json).close()).doesNotThrowAnyException();
  }

  private static TextTokenizer of(String json) {
    return TextTokenizer.of(json.getBytes(StandardCharsets.UTF_8), "t/tokenizer.json");
  }
}
