package ai.echogen.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class NewWordsTest {
  private static final LocationCodec LOCATIONS = new LocationCodec(4);
  private static final byte[] JSON =
      WordVocabulary.ofTexts(Vocabularies.WORDS, 100, LOCATIONS)
          .toJson()
          .getBytes(StandardCharsets.UTF_8);

  @Test
  void newWordsGetTheNextIdsAndOldOnesKeepTheirs() {
    var added =
        NewWords.add(JSON, "t.json", List.of("queen", "red", "king", "queen")).orElseThrow();

    assertThat(added.words()).containsExactly("queen", "king");
    try (var before = TextTokenizer.of(JSON, "t.json");
        var after = TextTokenizer.of(added.json(), "t.json")) {
      assertThat(after.size()).isEqualTo(before.size() + 2);
      assertThat(after.id("queen")).isEqualTo(before.size());
      assertThat(after.id("king")).isEqualTo(before.size() + 1);
      assertThat(after.encode("A red Queen, a KING of nothing"))
          .containsExactly(
              before.id("a"),
              before.id("red"),
              before.size(),
              before.id(","),
              before.id("a"),
              before.size() + 1,
              before.id("of"),
              before.id(TextTokenizer.UNKNOWN));
      assertThat(after.encode("<bos><x_3>")).isEqualTo(before.encode("<bos><x_3>"));
    }
  }

  @Test
  void wordsThatTheFileItselfCutsUpAreLeftOut() {
    assertThat(NewWords.add(JSON, "t.json", List.of("red-hot", "Queen"))).isEmpty();
  }

  @Test
  void nothingToAddIsNothing() {
    assertThat(NewWords.add(JSON, "t.json", List.of("red", "circle"))).isEmpty();
    assertThat(NewWords.add(JSON, "t.json", List.of())).isEmpty();
  }

  @Test
  void aTokenizerOfPiecesKeepsItsIds() {
    assertThat(NewWords.add(JanusVocabulary.json(), "t.json", List.of("zorb"))).isEmpty();
    assertThat(NewWords.isOfWords(JanusVocabulary.json(), "t.json")).isFalse();
    assertThat(NewWords.isOfWords(JSON, "t.json")).isTrue();
  }
}
