package ai.echogen.scoring.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.data.CounterRandom;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PhraseAssignmentTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 7})
  void findsTheLargestSumAmongAllOrders(int size) {
    for (int seed = 0; seed < 20; seed++) {
      var random = CounterRandom.of(size, seed);
      var values = new double[size][size];
      for (var row : values) {
        // Few different values, so that many sums are equal.
        Arrays.setAll(row, i -> random.nextInt(4) / 4.0 + (random.nextInt(3) == 0 ? 0.01 : 0));
      }
      var best = PhraseAssignment.best(values);
      assertThat(best)
          .containsExactlyInAnyOrder(IntStream.range(0, size).boxed().toArray(Integer[]::new));
      double sum = IntStream.range(0, size).mapToDouble(i -> values[i][best[i]]).sum();
      assertThat(sum)
          .as("seed %s", seed)
          .isCloseTo(largest(values, 0, new boolean[size]), within(1e-12));
    }
  }

  @Test
  void exchangesWithinEqualPhrasesAlone() {
    var iou = new double[][] {{0, 1, 1, 0}, {1, 0, 1, 1}, {1, 1, 0, 1}, {0.2, 0, 0.9, 0.3}};
    var assigned = PhraseAssignment.of(List.of("cat", "dog", " CAT", "bird"), (i, k) -> iou[i][k]);
    assertThat(assigned.predictions()).containsExactly(2, 1, 0, 3);
    assertThat(assigned.repeated()).containsExactly(true, false, true, false);
  }

  private static double largest(double[][] values, int row, boolean[] taken) {
    if (row == values.length) {
      return 0;
    }
    double best = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < values.length; c++) {
      if (!taken[c]) {
        taken[c] = true;
        best = Math.max(best, values[row][c] + largest(values, row + 1, taken));
        taken[c] = false;
      }
    }
    return best;
  }
}
