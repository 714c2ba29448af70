package ai.echogen.scoring.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.layout.Box;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GroundingScoresTest {
  private static final Box TRUTH = new Box(0, 0, 0.5f, 1);

  @Test
  void countsRegionsStrictlyAboveTheThreshold() {
    var scores = new GroundingScores();
    scores.add(
        List.of(TRUTH, TRUTH, TRUTH, TRUTH),
        List.of(
            Optional.of(TRUTH), // 1
            Optional.of(new Box(0, 0, 0.25f, 1)), // exactly 0.5: a miss
            Optional.of(new Box(0, 0, 0.3125f, 1)), // 0.625
            Optional.empty()));
    assertThat(scores.scores())
        .contains(
            entry("acc50", 0.5),
            entry("acc75", 0.25),
            entry("missing", 0.25),
            entry("regions", 4.0),
            entry("acc50_of_4", 0.5));
    assertThat(scores.scores().get("mean_iou")).isCloseTo((1 + 0.5 + 0.625) / 4, within(1e-12));
    // 10 thresholds: the first box passes all, the third 0.50, 0.55 and 0.60.
    assertThat(scores.scores().get("mean_acc")).isCloseTo((10 + 3) / 40.0, within(1e-12));
  }

  @Test
  void separatesImagesByTheirNumberOfObjects() {
    var scores = new GroundingScores();
    scores.add(List.of(TRUTH), List.of(Optional.of(TRUTH)));
    scores.add(List.of(TRUTH, TRUTH), List.of(Optional.of(TRUTH), Optional.empty()));
    assertThat(scores.scores())
        .contains(entry("acc50_of_1", 1.0), entry("acc50_of_2", 0.5))
        .contains(entry("mean_iou_of_2", 0.5), entry("regions", 3.0));
  }

  @Test
  void nothingMeasuredGivesZeros() {
    assertThat(new GroundingScores().scores()).contains(entry("acc50", 0.0), entry("regions", 0.0));
  }

  @Test
  void refusesListsOfDifferentLengths() {
    assertThatThrownBy(() -> new GroundingScores().add(List.of(TRUTH), List.of()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("0 predictions for 1 regions");
  }
}
