package ai.echogen.observe.scores;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GalleryChoiceTest {
  private static final double[] NUMBERS = {0.5, Double.NaN, 0.1, 0.9, 0.1};

  private final GalleryChoice choice = new GalleryChoice(NUMBERS.length, 1);

  @Test
  void lowestAndHighestAreInTheirOrderAndHaveANumber() {
    assertThat(choice.lowest(place -> NUMBERS[place], 3)).endsWith(0).contains(2, 4);
    assertThat(choice.lowest(place -> NUMBERS[place], 9)).hasSize(4).doesNotContain(1);
    assertThat(choice.highest(place -> NUMBERS[place], 2)).containsExactly(3, 0);
  }

  @Test
  void chanceChoosesAnyAndTheSameWithTheSameSeed() {
    var many = new GalleryChoice(1000, 7);
    assertThat(many.random(20)).doesNotHaveDuplicates().hasSize(20);
    assertThat(many.random(20)).isEqualTo(new GalleryChoice(1000, 7).random(20));
    assertThat(many.random(20)).isNotEqualTo(new GalleryChoice(1000, 8).random(20));
    assertThat(choice.drawn()).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
  }

  @Test
  void casesThatAreAlikeAreNotAlwaysTheFirst() {
    var many = new GalleryChoice(1000, 7);
    assertThat(many.lowest(place -> 0, 20)).anyMatch(place -> place > 500);
  }
}
