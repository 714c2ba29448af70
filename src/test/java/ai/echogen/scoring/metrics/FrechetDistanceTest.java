package ai.echogen.scoring.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.data.CounterRandom;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The Fréchet distance against closed forms. */
class FrechetDistanceTest {
  @Test
  void equalSetsHaveNone() {
    var set = normals(1, 200, 5);
    assertThat(FrechetDistance.of(set, set)).isCloseTo(0, within(1e-9));
  }

  @Test
  void aShiftIsItsSquaredLength() {
    var set = normals(2, 300, 3);
    var shifted = set.stream().map(v -> new double[] {v[0] + 3, v[1] - 4, v[2]}).toList();
    assertThat(FrechetDistance.of(set, shifted)).isCloseTo(25, within(1e-9));
  }

  /** tr(Σ + s²Σ − 2 sΣ) = (1 − s)² tr Σ. */
  @Test
  void aScaleIsThatOfTheDeviations() {
    var set = centred(normals(3, 300, 4));
    var scaled =
        set.stream().map(v -> IntStream.range(0, 4).mapToDouble(i -> 3 * v[i]).toArray()).toList();
    double trace =
        set.stream()
                .mapToDouble(v -> IntStream.range(0, 4).mapToDouble(i -> v[i] * v[i]).sum())
                .sum()
            / (set.size() - 1);
    assertThat(FrechetDistance.of(set, scaled)).isCloseTo(4 * trace, within(1e-9));
  }

  /** Commuting covariances that differ axis by axis: Σ (σ₁ − σ₂)², also where they are singular. */
  @Test
  void axesAddUp() {
    var a = List.of(new double[] {1, 0, 0}, new double[] {-1, 0, 0});
    var b = List.of(new double[] {0, 2, 0}, new double[] {0, -2, 0});
    assertThat(FrechetDistance.of(a, b)).isCloseTo(2 + 8, within(1e-9));
    assertThatThrownBy(() -> FrechetDistance.of(a, b.subList(0, 1)))
        .hasMessageContaining("2 and 1");
  }

  @Test
  void takesPublishedStatistics() {
    var a = FeatureMoments.of(10, new double[] {1, 2}, new double[][] {{4, 0}, {0, 9}});
    var b = FeatureMoments.of(20, new double[] {1, 5}, new double[][] {{1, 0}, {0, 9}});
    assertThat(FrechetDistance.between(a, b).distance()).isCloseTo(9 + 1, within(1e-9));
    assertThat(a.covariance(1, 1)).isEqualTo(9);
    assertThatThrownBy(
            () ->
                FeatureMoments.of(
                    10, new double[] {1, 2}, new double[][] {{4, 0}, {0, Double.NaN}}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("covariance row 1 has NaN at index 1");
    assertThatThrownBy(() -> FeatureMoments.of(10, new double[2], new double[3][2]))
        .hasMessageContaining("got 10 vectors, 3 rows and 2 numbers");
    var other = FeatureMoments.of(normals(1, 9, 3));
    assertThatThrownBy(() -> FrechetDistance.between(a, other))
        .hasMessageContaining("vectors of 2 and of 3 numbers");
  }

  @Test
  void featuresAreMeansOfCells() {
    var image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 8; y++) {
      for (int x = 0; x < 8; x++) {
        image.setRGB(x, y, (x == 0 ? Color.RED : Color.WHITE).getRGB());
      }
    }
    var features = PixelFeatures.of(image);
    assertThat(features).hasSize(80);
    assertThat(features[0]).isEqualTo(1); // red of the first cell
    assertThat(features[1]).isEqualTo(0.5); // green: one of its two columns is red
    assertThat(features[3]).isCloseTo(0.5 * 2 / 3, within(1e-12)); // brightness 1/3, then 1
    assertThat(features[4]).isEqualTo(0); // nothing changes down
    assertThat(features[5 * 15]).isEqualTo(1);
    assertThat(features[5 * 15 + 3]).isEqualTo(0);
  }

  private static List<double[]> normals(long seed, int count, int length) {
    var random = CounterRandom.of(seed);
    return IntStream.range(0, count)
        .mapToObj(i -> IntStream.range(0, length).mapToDouble(k -> random.nextGaussian()).toArray())
        .toList();
  }

  private static List<double[]> centred(List<double[]> set) {
    int length = set.get(0).length;
    var mean = new double[length];
    set.forEach(v -> IntStream.range(0, length).forEach(i -> mean[i] += v[i] / set.size()));
    return set.stream()
        .map(v -> IntStream.range(0, length).mapToDouble(i -> v[i] - mean[i]).toArray())
        .toList();
  }
}
