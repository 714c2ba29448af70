package ai.echogen.train.cycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.NamedLayout;
import ai.echogen.layout.Region;
import ai.echogen.objectives.policy.Advantages.Scale;
import ai.echogen.objectives.rewards.Likelihood;
import ai.echogen.objectives.rewards.RandomReward;
import ai.echogen.objectives.rewards.RewardSettings.Weighted;
import ai.echogen.train.rollout.GradedGroup;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rewards of several kinds, joined, and the advantages that come of them. */
class GradedBatchTest {
  private static final List<Weighted> REWARDS =
      List.of(new Weighted(new Likelihood(), 1), new Weighted(new RandomReward(), 0.5));

  @Test
  void rewardsAreJoinedByWeightAndAveragedOverRegions() {
    double[][] first = {{1, 3}, {1, 1}, {0, 0}};
    double[][] second = {{2, 2}, {0, 0}, {0, 4}};
    var graded =
        GradedBatch.of(List.of(group(first, second)), REWARDS, Scale.GROUP).groups().get(0);
    assertThat(graded.rewards()).containsExactly(3, 1, 1);
    assertThat(graded.ofImage())
        .containsExactly(new double[] {1.1546, -0.5773, -0.5773}, within(1e-3));
    assertThat(graded.ofRegions()[0][0]).isPositive();
    assertThat(graded.ofRegions()[2][1]).isCloseTo(-0.2182, within(1e-4)); // of 4, 1 and 2
    assertThat(graded.isTied(false)).isFalse();
  }

  @Test
  void equalRewardsAreTiedUnlessTheirRegionsDiffer() {
    double[][] none = {{0, 0}, {0, 0}, {0, 0}};
    double[][] swapped = {{1, 0}, {0, 1}, {0.5, 0.5}};
    var tied = GradedBatch.of(List.of(group(none, none)), REWARDS, Scale.GROUP).groups().get(0);
    assertThat(tied.ofImage()).containsExactly(0, 0, 0);
    assertThat(tied.isTied(true)).isTrue();
    var mixed = GradedBatch.of(List.of(group(swapped, none)), REWARDS, Scale.GROUP).groups().get(0);
    assertThat(mixed.isTied(false)).isTrue();
    assertThat(mixed.isTied(true)).isFalse();
  }

  @Test
  void aDrawingWithoutARewardIsLeftOut() {
    double[][] values = {{1, 1}, {Double.NaN, 2}, {3, 3}};
    double[][] none = {{0, 0}, {0, 0}, {0, 0}};
    var graded = GradedBatch.of(List.of(group(values, none)), REWARDS, Scale.GROUP).groups().get(0);
    assertThat(graded.counted()).containsExactly(true, false, true);
    assertThat(graded.ofImage()[1]).isZero();
    assertThat(graded.ofImage()[2]).isCloseTo(Math.sqrt(0.5), within(1e-3));
  }

  @Test
  void rankCorrelationTakesTheMeanRankOfTies() {
    assertThat(RankCorrelation.of(new double[] {1, 2, 3}, new double[] {10, 20, 30})).isEqualTo(1);
    assertThat(RankCorrelation.of(new double[] {1, 2, 3}, new double[] {3, 2, 1})).isEqualTo(-1);
    // scipy.stats.spearmanr([1, 2, 2, 4], [1, 3, 2, 4])
    assertThat(RankCorrelation.of(new double[] {1, 2, 2, 4}, new double[] {1, 3, 2, 4}))
        .isCloseTo(0.9486832980505139, within(1e-12));
    assertThat(RankCorrelation.of(new double[] {1, 1}, new double[] {1, 2})).isNaN();
  }

  private static GradedGroup group(double[][] first, double[][] second) {
    var regions =
        List.of(
            new Region("a", "a", new Box(0, 0, 1, 1)), new Region("b", "b", new Box(0, 0, 1, 1)));
    return new GradedGroup(
        new NamedLayout("id", new Layout("", regions)),
        new int[0],
        new int[first.length][],
        new float[0][],
        new float[0][],
        new ArrayList<>(Collections.nCopies(first.length, List.of())),
        List.of(),
        new float[0][],
        List.of(first, second),
        new GradedGroup.Times(0, 0, 0, 0));
  }
}
