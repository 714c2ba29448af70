package ai.echogen.scoring.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.data.CounterRandom;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KernelDistanceTest {
  /** Subsets of all vectors are the sets themselves. */
  @Test
  void isTheUnbiasedEstimateWithTheCubicKernel() {
    var a = normals(1, 9, 5, 0);
    var b = normals(2, 9, 5, 0.5);
    double within = 0;
    double between = 0;
    for (int i = 0; i < 9; i++) {
      for (int k = 0; k < 9; k++) {
        within += i == k ? 0 : kernel(a.get(i), a.get(k)) + kernel(b.get(i), b.get(k));
        between += kernel(a.get(i), b.get(k));
      }
    }
    var got = KernelDistance.of(a, b, 4, 1_000, 3);
    assertThat(got.mean()).isCloseTo(within / (9 * 8) - 2 * between / (9 * 9), within(1e-12));
    assertThat(got.deviation()).isCloseTo(0, within(1e-12));
  }

  @Test
  void averagesOverSubsetsThatTheSeedPicks() {
    var a = normals(1, 60, 4, 0);
    var b = normals(2, 50, 4, 0);
    var values =
        IntStream.range(0, 6)
            .mapToDouble(
                s ->
                    KernelDistance.of(
                            pick(a, CounterRandom.of(8, s, 0)),
                            pick(b, CounterRandom.of(8, s, 1)),
                            1,
                            20,
                            0)
                        .mean())
            .toArray();
    double mean = Arrays.stream(values).average().orElseThrow();
    var got = KernelDistance.of(a, b, 6, 20, 8);
    assertThat(got.mean()).isCloseTo(mean, within(1e-12));
    double variance =
        Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
    assertThat(got.deviation()).isCloseTo(Math.sqrt(variance), within(1e-12)).isPositive();
    assertThat(KernelDistance.of(a, b, 6, 20, 8)).isEqualTo(got);
    assertThat(KernelDistance.of(a, b, 6, 20, 9)).isNotEqualTo(got);
  }

  @Test
  void isNearZeroForOneDistributionAndNotForTwo() {
    var same = KernelDistance.of(normals(1, 400, 8, 0), normals(2, 400, 8, 0), 10, 100, 1);
    var other = KernelDistance.of(normals(1, 400, 8, 0), normals(2, 400, 8, 1), 10, 100, 1);
    assertThat(Math.abs(same.mean())).isLessThan(0.05);
    assertThat(other.mean()).isGreaterThan(1);
  }

  @Test
  void refusesTooFewAndWhatIsNotFinite() {
    var two = normals(1, 2, 3, 0);
    assertThatThrownBy(() -> KernelDistance.of(two, two.subList(0, 1), 1, 10, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("out of 2 and 1");
    assertThatThrownBy(
            () ->
                KernelDistance.of(
                    two, List.of(two.get(0), new double[] {0, 0, Double.NaN}), 1, 2, 1))
        .hasMessage("feature vector 1 has NaN at index 2");
  }

  private static List<double[]> pick(List<double[]> vectors, CounterRandom random) {
    return Arrays.stream(random.permutation(vectors.size()), 0, 20).mapToObj(vectors::get).toList();
  }

  private static double kernel(double[] x, double[] y) {
    return Math.pow(
        IntStream.range(0, x.length).mapToDouble(i -> x[i] * y[i]).sum() / x.length + 1, 3);
  }

  private static List<double[]> normals(long seed, int count, int length, double mean) {
    var random = CounterRandom.of(seed);
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                IntStream.range(0, length).mapToDouble(k -> mean + random.nextGaussian()).toArray())
        .toList();
  }
}
