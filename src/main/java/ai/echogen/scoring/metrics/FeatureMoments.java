package ai.echogen.scoring.metrics;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;

/**
 * How many feature vectors there are, their mean, and the sum of the products of their deviations
 * from it. {@code count - 1} divides that sum to the covariance, as {@code np.cov} does.
 *
 * <p>Legend: D length of a vector.
 *
 * @param mean (D)
 * @param scatter upper triangle of (D, D), row by row
 */
public record FeatureMoments(long count, double[] mean, double[] scatter) implements Serializable {
  private static final int LARGEST = 1 << 14; // D; its triangle takes a GiB

  public FeatureMoments {
    if (scatter.length != triangle(mean.length)) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT, "%d numbers are no triangle of %d rows", scatter.length, mean.length));
    }
  }

  /** Of no vectors. */
  static FeatureMoments none(int length) {
    return new FeatureMoments(0, new double[length], new double[triangle(length)]);
  }

  /**
   * Of vectors of one length, in two passes.
   *
   * @throws IllegalArgumentException if a length differs or a number is not finite
   */
  public static FeatureMoments of(List<double[]> vectors) {
    if (vectors.isEmpty()) {
      throw new IllegalArgumentException("moments need a feature vector, got none");
    }
    int length = vectors.get(0).length;
    for (int i = 0; i < vectors.size(); i++) {
      requireFeatures(vectors.get(i), length, i);
    }
    return ofChecked(vectors, length);
  }

  /**
   * From published statistics.
   *
   * @param covariance (D, D), of which the upper triangle counts; divisor {@code count - 1}
   */
  public static FeatureMoments of(long count, double[] mean, double[][] covariance) {
    requireNumbers("mean", 0, mean, mean.length);
    var moments = new FeatureMoments(count, mean.clone(), new double[triangle(mean.length)]);
    if (count < 2 || covariance.length != mean.length) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a covariance needs two vectors or more, and as many rows as the mean has numbers;"
                  + " got %d vectors, %d rows and %d numbers",
              count,
              covariance.length,
              mean.length));
    }
    int at = 0;
    for (int i = 0; i < mean.length; i++) {
      requireNumbers("covariance row", i, covariance[i], mean.length);
      for (int k = i; k < mean.length; k++) {
        moments.scatter[at++] = covariance[i][k] * (count - 1);
      }
    }
    return moments;
  }

  /** Length of a vector. */
  public int length() {
    return mean.length;
  }

  /** One entry of the covariance. */
  public double covariance(int row, int column) {
    int first = Math.min(row, column);
    int at = first * mean.length - triangle(first) + Math.max(row, column);
    return scatter[at] / (count - 1);
  }

  /**
   * Of the vectors of both (Chan, Golub and LeVeque, 1979). Rounding depends on which are merged
   * first; {@link FeatureSums} merges along one fixed tree.
   */
  FeatureMoments merge(FeatureMoments other) {
    if (count == 0 || other.count == 0) {
      return count == 0 ? other : this;
    }
    long total = count + other.count;
    int length = mean.length;
    var shift = new double[length];
    var merged = new double[length];
    for (int i = 0; i < length; i++) {
      shift[i] = other.mean[i] - mean[i];
      merged[i] = mean[i] + shift[i] * other.count / total;
    }
    double weight = (double) count * other.count / total;
    var sum = new double[scatter.length];
    int at = 0;
    for (int i = 0; i < length; i++) {
      for (int k = i; k < length; k++, at++) {
        sum[at] = scatter[at] + other.scatter[at] + weight * shift[i] * shift[k];
      }
    }
    return new FeatureMoments(total, merged, sum);
  }

  /** Of vectors that were checked. */
  static FeatureMoments ofChecked(List<double[]> vectors, int length) {
    var moments = none(length);
    var mean = moments.mean;
    for (var vector : vectors) {
      for (int i = 0; i < length; i++) {
        mean[i] += vector[i];
      }
    }
    for (int i = 0; i < length; i++) {
      mean[i] /= Math.max(1, vectors.size());
    }
    var deviations = new double[vectors.size()][length];
    for (int v = 0; v < deviations.length; v++) {
      for (int i = 0; i < length; i++) {
        deviations[v][i] = vectors.get(v)[i] - mean[i];
      }
    }
    addProducts(deviations, length, moments.scatter);
    return new FeatureMoments(vectors.size(), mean, moments.scatter);
  }

  /** Four vectors at once, so that the triangle is read a quarter as often. */
  private static void addProducts(double[][] vectors, int length, double[] scatter) {
    var zero = new double[length];
    for (int v = 0; v < vectors.length; v += 4) {
      var a = vectors[v];
      var b = v + 1 < vectors.length ? vectors[v + 1] : zero;
      var c = v + 2 < vectors.length ? vectors[v + 2] : zero;
      var d = v + 3 < vectors.length ? vectors[v + 3] : zero;
      int row = 0;
      for (int i = 0; i < length; i++) {
        addRow(a, b, c, d, i, row - i, scatter);
        row += length - i;
      }
    }
  }

  /** To {@code scatter[start + k]}, for k from {@code i}. */
  private static void addRow(
      double[] a, double[] b, double[] c, double[] d, int i, int start, double[] scatter) {
    double ofA = a[i];
    double ofB = b[i];
    double ofC = c[i];
    double ofD = d[i];
    for (int k = i; k < a.length; k++) {
      scatter[start + k] += ofA * a[k] + ofB * b[k] + ofC * c[k] + ofD * d[k];
    }
  }

  /**
   * Checks a vector.
   *
   * @throws IllegalArgumentException naming the vector and the place in it
   */
  static void requireFeatures(double[] vector, int length, long number) {
    requireNumbers("feature vector", number, vector, length);
  }

  private static void requireNumbers(String what, long number, double[] vector, int length) {
    if (vector.length != length || length < 1 || length > LARGEST) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s %d must have %d numbers (1 to %d), got %d",
              what,
              number,
              length,
              LARGEST,
              vector.length));
    }
    for (int i = 0; i < length; i++) {
      if (!Double.isFinite(vector[i])) {
        throw new IllegalArgumentException(
            String.format(Locale.ROOT, "%s %d has %s at index %d", what, number, vector[i], i));
      }
    }
  }

  private static int triangle(int length) {
    return length * (length + 1) / 2;
  }
}
