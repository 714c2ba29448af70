package ai.echogen.objectives.policy;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.objectives.policy.Advantages.Scale;
import org.junit.jupiter.api.Test;

/** What is made of a group's rewards; the fixtures of GRPO have the rest. */
class AdvantagesTest {
  private static final double NAN = Double.NaN;

  @Test
  void theBestEighthOfAGroupIsLearntFrom() {
    var sixteen = new double[16];
    sixteen[3] = 0.5;
    sixteen[9] = 0.7;
    sixteen[11] = NAN;
    sixteen[12] = 0.6;
    var advantages = Advantages.of(new double[][] {sixteen}, Scale.BEST)[0];
    for (int i = 0; i < 16; i++) { // 15 are known, so one is kept
      assertThat(advantages[i]).isEqualTo(i == 9 ? 16 : 0);
    }
    sixteen[11] = 0.1;
    advantages = Advantages.of(new double[][] {sixteen}, Scale.BEST)[0];
    for (int i = 0; i < 16; i++) {
      assertThat(advantages[i]).isEqualTo(i == 9 || i == 12 ? 8 : 0);
    }
  }

  @Test
  void equalsHaveNothingToTeachAndTheFirstOfEqualsIsTaken() {
    var groups = new double[][] {{0.2, 0.2, NAN, 0.2}, {0.1, 0.9, 0.9, 0.3}};
    assertThat(Advantages.of(groups, Scale.BEST))
        .isDeepEqualTo(new double[][] {{0, 0, 0, 0}, {0, 4, 0, 0}});
  }
}
