package ai.echogen.scoring.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.scoring.metrics.MultiInstanceScores.Color;
import ai.echogen.scoring.metrics.MultiInstanceScores.Instance;
import java.util.List;
import org.junit.jupiter.api.Test;

class MultiInstanceScoresTest {
  @Test
  void countsInstancesByPlaceAndColor() {
    var scores = new MultiInstanceScores();
    scores.add(
        "1",
        List.of(
            new Instance(0.9, Color.RIGHT),
            new Instance(0.8, Color.WRONG), // gives nothing
            new Instance(0.4, Color.WRONG))); // out of place: gives its IoU
    scores.add("2", List.of(new Instance(0.5, Color.RIGHT), new Instance(0.7, Color.RIGHT)));
    scores.add("3", List.of());
    var numbers = scores.table().numbers();
    assertThat(numbers)
        .contains(
            entry("success", 3 / 5.0),
            entry("position", 4 / 5.0),
            entry("color_in_place", 3 / 4.0),
            entry("image_success", 0.5),
            entry("L2.success", 1.0),
            entry("L2.image_success", 1.0),
            entry("L3.success", 1 / 3.0),
            entry("L3.image_success", 0.0));
    assertThat(numbers.get("miou")).isCloseTo((0.9 + 0 + 0.4 + 0.5 + 0.7) / 5, within(1e-12));
    assertThat(numbers.get("L3.miou")).isCloseTo(1.3 / 3, within(1e-12));
    assertThat(scores.table().leftOut()).containsExactly(entry("no instances", 1L));
  }

  @Test
  void withoutColorsThePlaceDecides() {
    var scores = new MultiInstanceScores();
    scores.add(
        "1", List.of(new Instance(0.6, Color.NOT_ASKED), new Instance(0.1, Color.NOT_ASKED)));
    assertThat(scores.table().numbers())
        .contains(entry("success", 0.5), entry("position", 0.5))
        .doesNotContainKey("color_in_place");
    assertThat(scores.table().numbers().get("miou")).isCloseTo(0.35, within(1e-12));
  }

  @Test
  void theBestDetectionCounts() {
    var wanted = new PixelBox(0, 0, 10, 10);
    assertThat(
            MultiInstanceScores.bestIou(
                wanted, List.of(new PixelBox(0, 0, 10, 2), new PixelBox(0, 0, 10, 6))))
        .isCloseTo(0.6, within(1e-12));
    assertThat(MultiInstanceScores.bestIou(wanted, List.of())).isZero();
  }
}
