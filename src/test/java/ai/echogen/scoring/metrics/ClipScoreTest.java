package ai.echogen.scoring.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClipScoreTest {
  private static final double[] IMAGE = {3, 0, 4};

  @ParameterizedTest
  @CsvSource({"COSINE, 0.6, -0.6", "LOGIT, 60, -60", "HESSEL, 1.5, 0", "CLIPPED_LOGIT, 60, 0"})
  void scalesAndClipsTheCosine(ClipScore score, double same, double opposite) {
    assertThat(score.of(IMAGE, new double[] {10, 0, 0})).isCloseTo(same, within(1e-12));
    assertThat(score.of(IMAGE, new double[] {-1, 0, 0})).isCloseTo(opposite, within(1e-12));
  }

  @Test
  void refusesVectorsWithoutAnAngle() {
    assertThatThrownBy(() -> ClipScore.COSINE.of(IMAGE, new double[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no angle");
    assertThatThrownBy(() -> ClipScore.COSINE.of(IMAGE, new double[] {1, 2, Double.NaN}))
        .hasMessageContaining("no angle");
    assertThatThrownBy(() -> ClipScore.COSINE.of(IMAGE, new double[2]))
        .hasMessageContaining("got 3 and 2");
  }
}
