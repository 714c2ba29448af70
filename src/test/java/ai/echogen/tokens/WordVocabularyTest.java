package ai.echogen.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WordVocabularyTest {
  private static final LocationCodec CODEC = new LocationCodec(16);

  @Test
  void numbersSpecialTokensThenLocationsThenWordsByFrequency() {
    var vocabulary =
        WordVocabulary.ofTexts(List.of("A red star", "a blue star,", "a square"), 100, CODEC);

    assertThat(vocabulary.words()).containsExactly("a", "star", ",", "blue", "red", "square");
    try (var tokenizer = Vocabularies.of(vocabulary)) {
      assertThat(tokenizer.id("<pad>")).isZero();
      assertThat(tokenizer.id("</box>")).isEqualTo(11);
      assertThat(tokenizer.id("<image_placeholder>")).isEqualTo(12);
      assertThat(tokenizer.id("<x_0>")).isEqualTo(13);
      assertThat(tokenizer.id("<y_0>")).isEqualTo(13 + 16);
      assertThat(tokenizer.id("a")).isEqualTo(13 + 32);
      assertThat(tokenizer.size()).isEqualTo(vocabulary.size()).isEqualTo(13 + 32 + 6);
      assertThat(tokenizer.encode("A STAR, purple"))
          .containsExactly(
              tokenizer.id("a"), tokenizer.id("star"), tokenizer.id(","), tokenizer.id("<unk>"));
    }
  }

  @Test
  void doesNotDependOnTheOrderOfTheTexts() {
    var forward = WordVocabulary.ofTexts(List.of("b a", "c", "a"), 2, CODEC);
    var backward = WordVocabulary.ofTexts(List.of("a", "c", "b a"), 2, CODEC);

    assertThat(forward.words()).containsExactly("a", "b");
    assertThat(forward.toJson()).isEqualTo(backward.toJson());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "It's a 3-colour, half_done (STAR)...",
        "tabs\tand\u00a0no-break\u2003spaces\nand lines",
        "ÉCOLE e\u0301cole İstanbul ΟΔΟΣ straße",
        "汉字 한국어 नमस्ते 🙂 a🙂b ½ $5+$6=11",
        "zero\u200dwidth\u200bspace \u0000 nul"
      })
  void cutsTextsAsTheTokenizerDoes(String text) {
    var words = WordVocabulary.split(text);
    try (var tokenizer = Vocabularies.of(WordVocabulary.ofTexts(List.of(text), 100, CODEC))) {
      assertThat(tokenizer.numUnknown(text)).isZero();
      assertThat(tokenizer.encode(text))
          .containsExactly(words.stream().mapToInt(tokenizer::id).toArray());
    }
  }

  @Test
  void writesAFileThatTheTokenizerReads(@TempDir Path folder) throws IOException {
    var file = folder.resolve("tokenizer.json");
    var vocabulary = WordVocabulary.ofCounts(Map.of("star", 3L, "moon", 9L), 10, CODEC);

    vocabulary.write(file);

    try (var tokenizer = TextTokenizer.load(file);
        var files = Files.list(folder)) {
      assertThat(tokenizer.decode(tokenizer.encode("Moon star"))).isEqualTo("moon star");
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void refusesToKeepNoWords() {
    assertThatThrownBy(() -> WordVocabulary.ofTexts(List.of("a"), 0, CODEC))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("maxWords must be at least 1, got 0");
  }
}
