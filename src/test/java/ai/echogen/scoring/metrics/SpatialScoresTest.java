package ai.echogen.scoring.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.layout.Box;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpatialScoresTest {
  private static final PixelBox MIDDLE = new PixelBox(400, 400, 500, 500);

  @ParameterizedTest
  @CsvSource({
    // The first box's corner; it is 100 pixels wide and high, as the second is.
    "LEFT_OF, 100, 400, 1",
    "LEFT_OF, 100, 650, 1",
    "LEFT_OF, 100, 750, 0", // farther down than to the left
    "LEFT_OF, 100, 700, 0", // as far
    "LEFT_OF, 600, 400, 0",
    "RIGHT_OF, 600, 400, 1",
    "RIGHT_OF, 100, 400, 0",
    "ABOVE, 400, 100, 1",
    "ABOVE, 400, 700, 0",
    "BELOW, 400, 700, 1",
    "BELOW, 400, 100, 0",
    "BELOW, 400, 400, 0",
    "NEXT_TO, 251, 900, 1", // 149 pixels aside
    "NEXT_TO, 900, 251, 1",
    "NEXT_TO, 700, 1000, 0.25", // 300 and 600
    "LEFT_OF, 350, 400, 0.3", // IoU 5,000 of 15,000
  })
  void scoresWhereTheFirstStands(SpatialRelation relation, double x, double y, double expected) {
    var first = PixelBox.ofSize(x, y, 100, 100);
    assertThat(relation.score(first, MIDDLE, 150)).isCloseTo(expected, within(1e-12));
  }

  @Test
  void findsTheRelationInAPrompt() {
    assertThat(SpatialRelation.in("a dog on the left of a cat")).hasValue(SpatialRelation.LEFT_OF);
    assertThat(SpatialRelation.in("a dog near a cat")).hasValue(SpatialRelation.NEXT_TO);
    assertThat(SpatialRelation.in("a cup on top of a box")).hasValue(SpatialRelation.ABOVE);
    assertThat(SpatialRelation.in("a dog and a cat")).isEqualTo(Optional.empty());
  }

  @Test
  void addsSurenessAndRelation() {
    var scores = new SpatialScores(150);
    var dog = new Detection("dog", new Box(0, 0.4f, 0.2f, 0.6f), 0.8);
    var worseDog = new Detection("dog", new Box(0.8f, 0.4f, 1, 0.6f), 0.7);
    var cat = new Detection("cat", new Box(0.4f, 0.4f, 0.6f, 0.6f), 0.6);
    var man = new Detection("person", new Box(0.4f, 0.4f, 0.6f, 0.6f), 1);
    add(scores, "1", "a dog on the left of a cat", "dog", "cat", List.of(dog, worseDog, cat));
    add(scores, "2", "a dog on the right of a cat", "dog", "cat", List.of(dog, worseDog, cat));
    add(scores, "3", "a dog on the left of a cat", "dog", "cat", List.of(dog));
    add(scores, "4", "a dog on the left of a man", "dog", "man", List.of(man, dog));
    add(scores, "5", "a dog and a cat", "dog", "cat", List.of(dog, cat));
    double first = 0.8 / 4 + 0.6 / 4 + 0.5;
    double fourth = 0.8 / 4 + 1 / 4.0 + 0.5;
    assertThat(scores.table().bySample("spatial"))
        .containsOnlyKeys("1", "2", "3", "4")
        .containsEntry("2", 0.0) // 0.35 is below 0.5
        .containsEntry("3", 0.0);
    var numbers = scores.table().numbers();
    assertThat(numbers.get("spatial")).isCloseTo((first + fourth) / 4, within(1e-12));
    assertThat(numbers.get("spatial_left_of")).isCloseTo((first + fourth) / 3, within(1e-12));
    assertThat(numbers)
        .contains(entry("spatial_right_of", 0.0), entry("both_seen", 0.75))
        .containsEntry("relation", 2 / 3.0);
    assertThat(scores.table().leftOut()).containsExactly(entry("no relation in the prompt", 1L));
  }

  private static void add(
      SpatialScores scores,
      String id,
      String prompt,
      String first,
      String second,
      List<Detection> seen) {
    scores.add(id, prompt, first, second, seen, 512, 512);
  }
}
