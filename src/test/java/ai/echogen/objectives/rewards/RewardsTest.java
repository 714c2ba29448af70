package ai.echogen.objectives.rewards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import ai.echogen.scoring.metrics.Detection;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What each reward says of boxes that are right, moved, missing and somewhere else. */
class RewardsTest {
  private static final Box LEFT = new Box(0, 0, 0.5f, 1);
  private static final Box RIGHT = new Box(0.5f, 0, 1, 1);
  private static final Layout LAYOUT =
      new Layout("", List.of(new Region("a", "brick", LEFT), new Region("b", "hoop", RIGHT)));

  private record Read(
      List<Optional<Box>> boxes, double[] likelihoods, List<Detection> seen, long key)
      implements Reading {
    @Override
    public Layout layout() {
      return LAYOUT;
    }

    @Override
    public double[][] decoyLikelihoods() {
      return new double[][] {{-1, -9}, {-1, -2}};
    }

    @Override
    public double[] evidence() {
      return new double[] {1, 2, 3, 4};
    }
  }

  private static Read boxes(Optional<Box> first, Optional<Box> second) {
    return new Read(List.of(first, second), new double[] {-1, -2}, List.of(), 3);
  }

  @Test
  void agreementIsOverlapLessDistance() {
    var half = new Box(0.25f, 0, 0.75f, 1);
    var reading = boxes(Optional.of(half), Optional.of(RIGHT));
    assertThat(new IouL1(false, 1).of(reading))
        .containsExactly(new double[] {1 / 3.0 - 0.125, 1}, within(1e-7));
    assertThat(new IouL1(true, 0.5).of(reading))
        .containsExactly(new double[] {1 / 3.0 - 0.0625, 1}, within(1e-7));
  }

  @Test
  void aMissingBoxIsWorseThanAnyOther() {
    var missing = boxes(Optional.empty(), Optional.of(LEFT));
    assertThat(new IouL1(false, 1).of(missing)).containsExactly(-1, -0.25);
    assertThat(new IouL1(true, 1).of(missing)[0]).isEqualTo(-2);
    assertThat(new IouL1(true, 1).of(missing)[1]).isEqualTo(-0.25);
  }

  @Test
  void theDetectorLooksForTheCategory() {
    var seen = List.of(new Detection("hoop", LEFT, 0.9), new Detection("brick", LEFT, 0.5));
    var reading = new Read(List.of(), new double[0], seen, 0);
    assertThat(new DetectorIou().of(reading)).containsExactly(1, 0);
  }

  @Test
  void evidenceIsTheMeanUnderEachBox() {
    var reading = boxes(Optional.empty(), Optional.empty());
    assertThat(new Evidence().of(reading)).containsExactly(2, 3);
  }

  @Test
  void contrastIsTheShareOfTheTruePhrase() {
    var reading = boxes(Optional.empty(), Optional.empty());
    assertThat(new Contrast().of(reading))
        .containsExactly(new double[] {-Math.log(3), -Math.log(2 + Math.exp(-7))}, within(1e-12));
  }

  @Test
  void controlsTeachNothingOfTheLayout() {
    var right = boxes(Optional.of(LEFT), Optional.of(RIGHT));
    assertThat(new RandomReward().of(right)).isEqualTo(new RandomReward().of(right));
    assertThat(new RandomReward().of(right)[0]).isBetween(0.0, 1.0);
    var shuffled = new ShuffledBoxes(new IouL1(false, 1));
    // The next region's box, mirrored: of two halves it is the region's own.
    assertThat(shuffled.of(right)).containsExactly(1, 1);
    assertThat(shuffled.of(boxes(Optional.of(RIGHT), Optional.empty()))).containsExactly(-0.25, -1);
  }

  @Test
  void onlyRewardsWithAWeightCount() {
    var settings = new RewardSettings(1, false, 1, 0.25, 0, 0, 0, 0, 0);
    assertThat(settings.all())
        .extracting(weighted -> weighted.reward().key())
        .containsExactly("iou_l1", "likelihood");
    assertThatThrownBy(() -> new RewardSettings(0, false, 1, 0, 0, 0, 0, 0, 0))
        .hasMessageContaining("must have a weight");
  }
}
