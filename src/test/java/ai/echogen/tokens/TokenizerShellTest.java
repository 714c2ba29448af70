package ai.echogen.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
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
       "model": {"type": "WordLevel", "vocab": {"a": 0, "<unk>": 1}, "unk_token": "<unk>"}}\
      """;

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
        "\"a\": 0 | \"a\": 4294967296 | model.vocab.a must be a whole number, 0 to 10000000, got"
            + " 4294967296",
        "\"a\": 0 | \"a\": -1 | model.vocab.a must be a whole number",
        "\"a\": 0 | \"a\": \"0\" | model.vocab.a must be a whole number",
        "\"id\": 2 | \"id\": 2147483647 | added_tokens[0].id must be a whole number",
        "\"content\": \"<bos>\" | \"content\": null | added_tokens[0].content must be a text",
        "\"WordLevel\" | \"Word\" | model.type must be one of",
        "\"normalizer\": null | \"normalizer\": {\"type\": \"Precompiled\","
            + " \"precompiled_charsmap\": \"AAAA\"} | normalizer is Precompiled",
        "\"normalizer\": null | \"normalizer\": {\"type\": \"Sequence\", \"normalizers\":"
            + " [{\"type\": \"Replace\", \"pattern\": {\"Regex\": \"(a+)+b\"}, \"content\": \"\"}]}"
            + " | normalizer.normalizers[0].pattern.Regex is a pattern that may take for ever",
        "\"normalizer\": null | \"normalizer\": {\"type\": \"Replace\", \"pattern\": {\"String\":"
            + " \"a\"}, \"content\": \"aaaaaaaaa\"} | normalizer.content must be a text of at most"
            + " 8 letters",
        "\"normalizer\": null | \"normalizer\": {\"type\": \"Replace\", \"pattern\": {},"
            + " \"content\": \"\"} | normalizer.pattern must be a Regex or a String",
        "\"normalizer\": null | \"normalizer\": {\"type\": \"Prepend\", \"prepend\": \"aaaaaaaaa\"}"
            + " | normalizer.prepend must be a text of at most 8 letters",
        "\"normalizer\": null | \"normalizer\": {\"prepend\": \"a\"} | normalizer.type must be one"
            + " of",
        "{\"type\": \"Whitespace\"} | {\"type\": \"FixedLength\", \"length\": 0} |"
            + " pre_tokenizer.length must be a whole number, 1 to 1000, got 0",
        "{\"type\": \"Whitespace\"} | {\"type\": \"Sequence\", \"pretokenizers\": [{\"type\":"
            + " \"Other\"}]} | pre_tokenizer.pretokenizers[0].type must be one of",
        "\"decoder\": null | \"decoder\": {\"type\": \"Strip\", \"content\": \"a\", \"start\": 0,"
            + " \"stop\": 5} | decoder.stop must be a whole number, 0 to 0, got 5",
        "\"decoder\": null | \"decoder\": {\"type\": \"CTC\"} | decoder.type must be one of",
        "\"decoder\": null | \"post_processor\": {\"type\": \"TemplateProcessing\", \"single\":"
            + " [{\"Sequence\": {\"id\": \"B\", \"type_id\": 0}}], \"pair\": [{\"Sequence\":"
            + " {\"id\": \"A\", \"type_id\": 0}}, {\"Sequence\": {\"id\": \"B\", \"type_id\": 1}}],"
            + " \"special_tokens\": {}} | post_processor.single must hold the Sequence A once",
        "\"unk_token\": | \"dropout\": 0.5, \"unk_token\": | model.dropout must be null or 0, got"
            + " 0.5",
        "\"unk_token\": | \"continuing_subword_prefix\": \"##\", \"merges\": [\"a <unk>\"],"
            + " \"unk_token\": | model.merges[0] must be two words of model.vocab that are a word"
            + " of it together, got \"a <unk>\"",
        "\"unk_token\": | \"merges\": [[\"a\", \"<unk>\"]], \"unk_token\": | model.merges[0] must"
            + " be two words",
        "\"unk_token\": \"<unk>\" | \"unk_token\": \"[UNK]\" | model.unk_token \"[UNK]\" is not in"
            + " model.vocab",
        "\"id\": 2 | \"id\": 0 | a and <bos> both have the id 0",
        "\"content\": \"<bos>\" | \"content\": \"a\" | added_tokens gives a the id 2, but"
            + " model.vocab gives it 0",
        "\"added_tokens\": [ | \"added_tokens\": [{\"id\": 2, \"content\": \"<bos>\"}, |"
            + " added_tokens holds <bos> twice",
        "\"added_tokens\": [ | \"added_tokens\": [{\"id\": 2, \"content\": \"<eos>\"}, | <eos> and"
            + " <bos> both have the id 2",
        "\"a\": 0 | \"a\": 1 | a and <unk> both have the id 1",
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
        "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r"
            + "\\n"
            + "\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r"
            + "\\n"
            + "]*|\\s*[\\r"
            + "\\n"
            + "]+|\\s+(?!\\S)|\\s+",
        "[\\r\\n]",
        "\\s?[!-/:-~！-／：-～‘-‟　-。]+",
        "\\s?\\p{L}+",
        "[一-龥ࠀ-一가-퟿]+",
        "\\s+$",
        " {2,}",
        " ?[^(\\s|[.,!?…。，、।۔،])]+",
        "(?:ab)+",
        "(?:a|b)+",
        "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\\r"
            + "\\n"
            + "\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\\r"
            + "\\n"
            + "]*|\\s*[\\r"
            + "\\n"
            + "]+|\\s+(?!\\S)|\\s+",
        "[^\\r"
            + "\\n"
            + "\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\\r"
            + "\\n"
            + "\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\\p{N}{1,3}|"
            + " ?[^\\s\\p{L}\\p{N}]+[\\r"
            + "\\n"
            + "/]*|\\s*[\\r"
            + "\\n"
            + "]+|\\s+(?!\\S)|\\s+",
        "'(?i:[sdmt]|ll|ve|re)|[^\\r"
            + "\\n"
            + "\\p{L}\\p{N}]?+\\p{L}++|\\p{N}{1,3}+| ?[^\\s\\p{L}\\p{N}]++[\\r"
            + "\\n"
            + "]*+|\\s++$|\\s*[\\r"
            + "\\n"
            + "]|\\s+(?!\\S)|\\s"
      })
  void patternsInUseAreTaken(String regex) {
    var escaped = regex.replace("\\", "\\\\").replace("\"", "\\\"");
    var split =
        "\"pre_tokenizer\": {\"type\": \"Split\", \"pattern\": {\"Regex\": \"%s\"}, \"behavior\": \"Isolated\", \"invert\": false}"
            .formatted(escaped);
    var json = WHOLE.replace("\"pre_tokenizer\": {\"type\": \"Whitespace\"}", split);
    assertThatCode(() -> of(json).close()).doesNotThrowAnyException();
  }

  /** The native library would give up, and the process with it, or never come back. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "((a+))+b",
        "(?:a|aa)+$",
        "(a|a)*b",
        "(?i:a|A)+b",
        "(?:a?){50}b",
        "a*a*b",
        "a+(?=a+b)",
        "a?a?a?a?a?a?a?a?b",
        "(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)b",
        "a{1,3}{1,9}",
        "a{1,3}+b",
        "a{9999}",
        "(?<x>a|b\\g<x>c)",
        "(a)\\1*",
        "(?<!a)b",
        "(?x: a+ ) +",
        "\\R+",
        "[a",
        "(a",
        "a)"
      })
  void patternsWithTooManyWaysAreRefused(String regex) {
    assertThat(SplitPattern.isSafe(regex)).isFalse();
  }

  @Test
  void partsThatMakeATextGrowWithoutBoundAreRefused() {
    var part = "{\"type\": \"Replace\", \"pattern\": {\"String\": \"a\"}, \"content\": \"aa\"}";
    assertThatThrownBy(() -> of(normalized(String.join(",", Collections.nCopies(7, part)))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "t/tokenizer.json: normalizer makes a text grow without bound: more than 64 times");
    assertThatThrownBy(
            () -> of(normalized(String.join(",", Collections.nCopies(20, "{\"type\": \"NFC\"}")))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("t/tokenizer.json: normalizer has 21 parts, more than 20");
  }

  /** As Llama 2, Janus and BERT have them. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"normalizer\": null | \"normalizer\": {\"type\": \"Sequence\", \"normalizers\":"
            + " [{\"type\": \"Prepend\", \"prepend\": \"▁\"}, {\"type\": \"Replace\", \"pattern\":"
            + " {\"String\": \" \"}, \"content\": \"▁\"}]}",
        "\"normalizer\": null | \"normalizer\": {\"type\": \"BertNormalizer\", \"clean_text\":"
            + " true, \"handle_chinese_chars\": true, \"strip_accents\": null, \"lowercase\":"
            + " true}",
        "\"decoder\": null | \"decoder\": {\"type\": \"Sequence\", \"decoders\": [{\"type\":"
            + " \"Replace\", \"pattern\": {\"String\": \"▁\"}, \"content\": \" \"}, {\"type\":"
            + " \"ByteFallback\"}, {\"type\": \"Fuse\"}, {\"type\": \"Strip\", \"content\": \" \","
            + " \"start\": 1, \"stop\": 0}]}",
        "\"decoder\": null | \"post_processor\": {\"type\": \"TemplateProcessing\", \"single\":"
            + " [{\"SpecialToken\": {\"id\": \"<bos>\", \"type_id\": 0}}, {\"Sequence\": {\"id\":"
            + " \"A\", \"type_id\": 0}}], \"pair\": [{\"Sequence\": {\"id\": \"A\", \"type_id\":"
            + " 0}}, {\"Sequence\": {\"id\": \"B\", \"type_id\": 1}}], \"special_tokens\":"
            + " {\"<bos>\": {\"id\": \"<bos>\", \"ids\": [2], \"tokens\": [\"<bos>\"]}}}",
        "{\"type\": \"Whitespace\"} | {\"type\": \"Sequence\", \"pretokenizers\": [{\"type\":"
            + " \"Digits\", \"individual_digits\": true}, {\"type\": \"ByteLevel\","
            + " \"add_prefix_space\": false, \"trim_offsets\": true, \"use_regex\": false}]}",
      })
  void partsInUseAreTaken(String was, String is) {
    assertThat(WHOLE).contains(was);
    try (var tokenizer = of(WHOLE.replace(was, is))) {
      assertThat(tokenizer.encode("<bos>")).containsExactly(2);
      assertThat(tokenizer.decode(0)).isEqualTo("a");
    }
  }

  private static String normalized(String parts) {
    var sequence = "{\"type\": \"Sequence\", \"normalizers\": [%s]}".formatted(parts);
    return WHOLE.replace("\"normalizer\": null", "\"normalizer\": " + sequence);
  }

  private static TextTokenizer of(String json) {
    return TextTokenizer.of(json.getBytes(StandardCharsets.UTF_8), "t/tokenizer.json");
  }
}
