package ai.echogen.scoring.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.data.CounterRandom;
import java.util.Arrays;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.apache.commons.math3.linear.MatrixUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SymmetricEigenvaluesTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 17, 60})
  void agreesWithCommonsMath(int size) {
    var random = CounterRandom.of(size);
    var matrix = new double[size][size];
    for (int i = 0; i < size; i++) {
      for (int k = 0; k <= i; k++) {
        matrix[i][k] = random.nextGaussian();
        matrix[k][i] = matrix[i][k];
      }
    }
    var expected =
        new EigenDecomposition(MatrixUtils.createRealMatrix(matrix)).getRealEigenvalues();
    assertSame(matrix, expected);
  }

  @Test
  void findsRepeatedOnes() {
    assertSame(new double[][] {{2, 1, 1}, {1, 2, 1}, {1, 1, 2}}, 1, 1, 4);
    assertSame(new double[][] {{0, 0}, {0, 0}}, 0, 0);
    assertSame(new double[][] {{3, 0, 0}, {0, -1, 0}, {0, 0, 3}}, -1, 3, 3);
    assertThat(SymmetricEigenvalues.of(new double[0][0])).isEmpty();
  }

  @Test
  void scalesWithTheMatrix() {
    assertSame(new double[][] {{2e-200, 1e-200}, {1e-200, 2e-200}}, 1e-200, 3e-200);
    assertSame(new double[][] {{2e150, 1e150, 0}, {1e150, 2e150, 0}, {0, 0, 0}}, 0, 1e150, 3e150);
  }

  private static void assertSame(double[][] matrix, double... expected) {
    var got = SymmetricEigenvalues.of(matrix);
    Arrays.sort(got);
    Arrays.sort(expected);
    double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
    assertThat(got).containsExactly(expected, within(1e-13 * largest));
  }
}
