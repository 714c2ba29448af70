package ai.echogen.data.layouts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordingTest {
  @ParameterizedTest
  @CsvSource({
    "dog, a dog",
    "old umbrella, an old umbrella",
    "the dog, the dog",
    "A dog, A dog",
    "two dogs, two dogs",
    "éclair, a éclair",
    "狗, 狗",
    "3 dogs, 3 dogs",
    "anchor, an anchor"
  })
  void putsAnArticleWhereThereIsNoDeterminer(String phrase, String noun) {
    assertThat(Wording.noun(phrase)).isEqualTo(noun);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "dog                       | a dog",
        "dog/the cat               | a dog and the cat",
        "dog/cat/dog/old umbrella  | two dogs, a cat and an old umbrella",
        "the cat/the cat/dog       | the cat, the cat and a dog"
      })
  void listsPhrasesAndCountsEqualOnes(String phrases, String caption) {
    assertThat(Wording.caption(List.of(phrases.split("/")))).isEqualTo(caption);
  }
}
