package ai.echogen.observe.scores;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.observe.scores.SampleScores.Share;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class ReliabilityTest {
  @Test
  void aRewardThatOrdersAsTheJudgeDoesHasOne() {
    var one = only(samples(40, i -> i / 40.0, i -> i * i));
    assertThat(one.reward()).isEqualTo("cycle.iou");
    assertThat(one.judge()).isEqualTo("layout.iou");
    assertThat(one.samples()).isEqualTo(40);
    assertThat(one.rankCorrelation()).isCloseTo(1, within(1e-12));
    assertThat(one.steps()).hasSize(10);
    // of samples 4, 5, 6, 7
    assertThat(one.steps().get(1)[0]).isCloseTo(5.5 / 40, within(1e-12));
    assertThat(one.steps().get(1)[1]).isCloseTo((16 + 25 + 36 + 49) / 4.0, within(1e-12));
    assertThat(one.chart().html()).contains("layout.iou of pictures with that cycle.iou");
  }

  @Test
  void oneThatOrdersTheOtherWayHasMinusOne() {
    assertThat(only(samples(25, i -> i, i -> -i)).rankCorrelation()).isCloseTo(-1, within(1e-12));
  }

  @Test
  void tooFewSamplesAndRewardsWithoutAJudgeSayNothing() {
    assertThat(Reliability.of(samples(19, i -> i, i -> i))).isEmpty();
    var alone = new ArrayList<SampleScores>();
    for (int i = 0; i < 40; i++) {
      alone.add(Samples.of("s" + i, "cycle.iou", i));
    }
    assertThat(Reliability.of(alone)).isEmpty();
  }

  private static Reliability only(List<SampleScores> samples) {
    var all = Reliability.of(samples);
    assertThat(all).hasSize(1);
    return all.get(0);
  }

  private static List<SampleScores> samples(
      int count, IntToDoubleFunction reward, IntToDoubleFunction judge) {
    var samples = new ArrayList<SampleScores>();
    for (int i = 0; i < count; i++) {
      var numbers =
          Map.of(
              "cycle.iou", new Share(2 * reward.applyAsDouble(i), 2),
              "layout.iou", new Share(judge.applyAsDouble(i), 1));
      samples.add(Samples.of("s" + (100 + i * 37 % count), "x", numbers)); // in another order
    }
    return samples;
  }
}
