package ai.echogen.data.layouts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.data.CounterRandom;
import org.junit.jupiter.api.Test;

class GaussianTest {
  /** One number: 10 values of 0 and 30 values of 4 have mean 3 and variance 3. */
  @Test
  void mixesAsIfAllHadBeenSeenTogether() {
    var zero = new Gaussian(new double[] {0}, new double[][] {{0}});
    var four = new Gaussian(new double[] {4}, new double[][] {{0}});
    var mixed = zero.with(10, four, 30);
    assertThat(mixed.mean()[0]).isCloseTo(3, within(1e-12));
    assertThat(mixed.covariance()[0][0]).isCloseTo(3, within(1e-12));
  }

  @Test
  void factorOfAMatrixThatIsKnown() {
    var factor = Gaussian.factor(new double[][] {{4, 2}, {2, 5}});
    assertThat(factor[0]).containsExactly(2, 0);
    assertThat(factor[1]).containsExactly(1, 2);
  }

  @Test
  void aDirectionWithoutWidthIsNotDrawnIn() {
    var draw = new Gaussian(new double[] {1, 2}, new double[][] {{0, 0}, {0, 1}}).draw();
    double sum = 0;
    for (int i = 0; i < 2000; i++) {
      var vector = draw.next(CounterRandom.of(5, i));
      assertThat(vector[0]).isEqualTo(1);
      sum += (vector[1] - 2) * (vector[1] - 2);
    }
    assertThat(sum / 2000).isCloseTo(1, within(0.1));
  }

  /** x of variance 0.04, y = 0.1 + 2 x + noise of variance 0.01; mean of x is 0.5. */
  @Test
  void theSecondHalfFollowsTheFirst() {
    var both = new Gaussian(new double[] {0.5, 1.1}, new double[][] {{0.04, 0.08}, {0.08, 0.17}});
    var regression = both.secondHalf();
    assertThat(regression.slope()[0][0]).isCloseTo(2, within(0.01));
    double sum = 0;
    double squares = 0;
    int number = 4000;
    for (int i = 0; i < number; i++) {
      double y = regression.next(new double[] {0.7}, CounterRandom.of(6, i))[0];
      sum += y;
      squares += y * y;
    }
    double mean = sum / number;
    assertThat(mean).isCloseTo(1.5, within(0.01));
    assertThat(squares / number - mean * mean).isCloseTo(0.01, within(0.002));
  }

  @Test
  void swappingTurnsTheRegressionRound() {
    var both = new Gaussian(new double[] {0.5, 1.1}, new double[][] {{0.04, 0.08}, {0.08, 0.17}});
    var swapped = both.swapped();
    assertThat(swapped.mean()).containsExactly(1.1, 0.5);
    assertThat(swapped.covariance()[0]).containsExactly(0.17, 0.08);
    assertThat(swapped.covariance()[1]).containsExactly(0.08, 0.04);
    assertThat(swapped.secondHalf().slope()[0][0]).isCloseTo(0.08 / 0.17, within(1e-3));
  }

  @Test
  void independentOnesDoNotKnowEachOther() {
    var a = new Gaussian(new double[] {1}, new double[][] {{2}});
    var b = new Gaussian(new double[] {3}, new double[][] {{4}});
    var both = Gaussian.independent(a, b);
    assertThat(both.mean()).containsExactly(1, 3);
    assertThat(both.covariance()[0]).containsExactly(2, 0);
    assertThat(both.covariance()[1]).containsExactly(0, 4);
    assertThat(both.secondHalf().slope()[0][0]).isZero();
  }
}
