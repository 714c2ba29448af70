package ai.echogen.scoring.judges.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class InterpolationTest {
  @Test
  void bilinearIsBetweenTwoNeighboursWhateverTheScale() {
    assertTaps(Interpolation.BILINEAR, 0, 4, 2, 0, 0.5, 0.5); // the middle of 4 → 2 is at 0.5
    assertTaps(Interpolation.BILINEAR, 1, 8, 2, 5, 0.5, 0.5); // 5.5: of 8 only two count
    assertTaps(Interpolation.BILINEAR, 1, 2, 4, 0, 0.75, 0.25); // enlarged
    assertTaps(Interpolation.BILINEAR, 0, 2, 4, 0, 1); // the edge goes on
  }

  @Test
  void antialiasedKernelsAreAsWideAsTheScale() {
    // Triangle of width 2 around 1.0: distances -0.25, 0.25, 0.75 of a unit.
    assertTaps(Interpolation.BILINEAR_ANTIALIASED, 0, 4, 2, 0, 3 / 7.0, 3 / 7.0, 1 / 7.0);
    // Keys' cubic, a = -0.5, at 0.25, 0.25, 0.75 and 1.25.
    double sum = 1.890625;
    assertTaps(
        Interpolation.BICUBIC_ANTIALIASED,
        0,
        4,
        2,
        0,
        0.8671875 / sum,
        0.8671875 / sum,
        0.2265625 / sum,
        -0.0703125 / sum);
  }

  @Test
  void areasAreSharesOfThePixelsBelow() {
    assertTaps(Interpolation.AREA, 1, 3, 2, 1, 1 / 3.0, 2 / 3.0);
    assertTaps(Interpolation.AREA, 1, 6, 2, 3, 1 / 3.0, 1 / 3.0, 1 / 3.0);
  }

  @ParameterizedTest
  @EnumSource
  void weightsSumToOneAndStayInside(Interpolation kind) {
    for (int old : new int[] {1, 2, 5, 64, 1000}) {
      for (int size : new int[] {1, 3, 5, 64, 299}) {
        int begin = 0;
        for (int place = 0; place < size; place++) {
          var taps = kind.taps(place, old, size);
          assertThat(taps.first()).isBetween(begin, old - 1);
          assertThat(taps.last()).isBetween(taps.first(), old - 1);
          assertThat(Arrays.stream(taps.weights()).sum()).isEqualTo(1, within(1e-9));
          begin = taps.first();
        }
      }
    }
  }

  /** Weights of zero at either end do not count. */
  private static void assertTaps(
      Interpolation kind, int place, int old, int size, int first, double... weights) {
    var taps = kind.taps(place, old, size);
    var expected = new double[old];
    System.arraycopy(weights, 0, expected, first, weights.length);
    var found = new double[old];
    System.arraycopy(taps.weights(), 0, found, taps.first(), taps.weights().length);
    assertThat(found).containsExactly(expected, within(1e-12));
  }
}
