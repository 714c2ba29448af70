package ai.echogen.data.layouts;

import java.util.Arrays;
import java.util.List;

/**
 * How vectors are spread.
 *
 * @param count how many there were
 * @param mean of each of their numbers
 * @param covariance upper triangle, row by row
 */
public record Spread(long count, List<Double> mean, List<Double> covariance) {
  private static final double STEPS = 1e6;

  public Spread {
    mean = List.copyOf(mean);
    covariance = List.copyOf(covariance);
  }

  /** Rounded to six decimals, which a file can hold in few letters. */
  static Spread of(long count, double[] mean, double[] covariance) {
    return new Spread(count, rounded(mean), rounded(covariance));
  }

  private static List<Double> rounded(double[] values) {
    return Arrays.stream(values)
        .map(value -> Math.rint(value * STEPS) / STEPS + 0.0) // no -0
        .boxed()
        .toList();
  }

  /** How many numbers a vector has. */
  int size() {
    return mean.size();
  }

  /** The normal distribution with this mean and covariance. */
  Gaussian gaussian() {
    int size = size();
    var full = new double[size][size];
    int place = 0;
    for (int i = 0; i < size; i++) {
      for (int j = i; j < size; j++, place++) {
        full[i][j] = covariance.get(place);
        full[j][i] = covariance.get(place);
      }
    }
    return new Gaussian(mean.stream().mapToDouble(Double::doubleValue).toArray(), full);
  }
}
