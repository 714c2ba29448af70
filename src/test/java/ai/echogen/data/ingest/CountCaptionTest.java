package ai.echogen.data.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.layout.Box;
import ai.echogen.layout.Region;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CountCaptionTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "dog                                 | a dog",
        "cat dog cat                         | two cats and a dog",
        "umbrella person person bus bus      | an umbrella, two people and two buses",
        "hair_drier wine_glass wine_glass    | a hair drier and two wine glasses",
        "butterfly butterfly knife knife key key | two butterflies, two knives and two keys",
      })
  void countsCategoriesInTheirOrder(String categories, String caption) {
    var regions =
        Stream.of(categories.split(" "))
            .map(c -> c.replace('_', ' '))
            .map(c -> new Region(c, c, new Box(0, 0, 1, 1)))
            .toList();

    assertThat(CountCaption.of(regions)).isEqualTo(caption);
  }
}
