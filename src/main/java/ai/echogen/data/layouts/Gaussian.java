package ai.echogen.data.layouts;

import ai.echogen.data.CounterRandom;
import java.io.Serializable;
import java.util.Arrays;

/**
 * A normal distribution of vectors with d numbers, which may have no width in some directions.
 *
 * @param mean (d)
 * @param covariance (d, d)
 */
record Gaussian(double[] mean, double[][] covariance) {
  private static final double NO_WIDTH = 1e-6; // a variance: a thousandth of the image, squared
  private static final double RIDGE = 1e-4; // a hundredth of the image, squared

  /** Two vectors that know nothing of each other, one after the other. */
  static Gaussian independent(Gaussian a, Gaussian b) {
    int size = a.mean.length + b.mean.length;
    var mean = Arrays.copyOf(a.mean, size);
    System.arraycopy(b.mean, 0, mean, a.mean.length, b.mean.length);
    var covariance = new double[size][size];
    for (int i = 0; i < a.mean.length; i++) {
      System.arraycopy(a.covariance[i], 0, covariance[i], 0, a.mean.length);
    }
    for (int i = 0; i < b.mean.length; i++) {
      System.arraycopy(
          b.covariance[i], 0, covariance[a.mean.length + i], a.mean.length, b.mean.length);
    }
    return new Gaussian(mean, covariance);
  }

  /**
   * Mean and covariance of {@code own} vectors of this one and {@code others} of another, all
   * together: few vectors are drawn towards what is usual.
   */
  Gaussian with(double own, Gaussian other, double others) {
    double share = others / (own + others);
    int size = mean.length;
    var mixed = new double[size];
    var spread = new double[size][size];
    for (int i = 0; i < size; i++) {
      mixed[i] = (1 - share) * mean[i] + share * other.mean[i];
      for (int j = 0; j < size; j++) {
        double between = (mean[i] - other.mean[i]) * (mean[j] - other.mean[j]);
        spread[i][j] =
            (1 - share) * covariance[i][j]
                + share * other.covariance[i][j]
                + share * (1 - share) * between;
      }
    }
    return new Gaussian(mixed, spread);
  }

  /** The same with the two halves of the vector swapped. */
  Gaussian swapped() {
    int size = mean.length;
    int half = size / 2;
    var swapped = new double[size];
    var spread = new double[size][size];
    for (int i = 0; i < size; i++) {
      swapped[i] = mean[(i + half) % size];
      for (int j = 0; j < size; j++) {
        spread[i][j] = covariance[(i + half) % size][(j + half) % size];
      }
    }
    return new Gaussian(swapped, spread);
  }

  /** A way to draw from it. */
  Draw draw() {
    return new Draw(mean, factor(covariance));
  }

  /** A way to draw the second half of the vector where the first is known. */
  Regression secondHalf() {
    int half = mean.length / 2;
    var known = new double[half][half];
    var across = new double[half][half]; // [second][first]
    var rest = new double[half][half];
    for (int i = 0; i < half; i++) {
      for (int j = 0; j < half; j++) {
        known[i][j] = covariance[i][j] + (i == j ? RIDGE : 0);
        across[i][j] = covariance[half + i][j];
        rest[i][j] = covariance[half + i][half + j];
      }
    }
    var factor = factor(known);
    var slope = new double[half][];
    for (int i = 0; i < half; i++) {
      slope[i] = solved(factor, across[i]);
      for (int j = 0; j <= i; j++) { // the slopes of the rows before are there
        double explained = 0;
        for (int k = 0; k < half; k++) {
          explained += slope[j][k] * across[i][k];
        }
        rest[i][j] -= explained;
        rest[j][i] = rest[i][j];
      }
    }
    return new Regression(
        Arrays.copyOf(mean, half),
        slope,
        new Draw(Arrays.copyOfRange(mean, half, 2 * half), factor(rest)));
  }

  /**
   * L with L Lᵀ = the matrix (Cholesky); a direction without width has a column of zeros.
   *
   * @param matrix symmetric, of which the lower triangle is read
   */
  static double[][] factor(double[][] matrix) {
    int size = matrix.length;
    var factor = new double[size][size];
    for (int j = 0; j < size; j++) {
      double pivot = matrix[j][j] - product(factor[j], factor[j], j);
      if (pivot > NO_WIDTH) {
        factor[j][j] = Math.sqrt(pivot);
        for (int i = j + 1; i < size; i++) {
          factor[i][j] = (matrix[i][j] - product(factor[i], factor[j], j)) / factor[j][j];
        }
      }
    }
    return factor;
  }

  /** x with L Lᵀ x = y, for an L without columns of zeros. */
  private static double[] solved(double[][] factor, double[] y) {
    int size = y.length;
    var x = y.clone();
    for (int i = 0; i < size; i++) {
      x[i] = (x[i] - product(factor[i], x, i)) / factor[i][i];
    }
    for (int i = size - 1; i >= 0; i--) {
      for (int j = i + 1; j < size; j++) {
        x[i] -= factor[j][i] * x[j];
      }
      x[i] /= factor[i][i];
    }
    return x;
  }

  private static double product(double[] a, double[] b, int length) {
    double sum = 0;
    for (int i = 0; i < length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /**
   * Draws vectors.
   *
   * @param factor (d, d), lower triangle
   */
  record Draw(double[] mean, double[][] factor) implements Serializable {
    double[] next(CounterRandom random) {
      return next(mean, random);
    }

    private double[] next(double[] around, CounterRandom random) {
      var normal = new double[mean.length];
      for (int i = 0; i < normal.length; i++) {
        normal[i] = random.nextGaussian();
      }
      var vector = around.clone();
      for (int i = 0; i < vector.length; i++) {
        vector[i] += product(factor[i], normal, i + 1);
      }
      return vector;
    }
  }

  /**
   * Draws a vector where another is known: linear regression, with what it leaves as noise.
   *
   * @param known mean of the known one
   * @param slope (d, d), [drawn][known]
   * @param rest mean of the drawn one, and the noise
   */
  record Regression(double[] known, double[][] slope, Draw rest) implements Serializable {
    double[] next(double[] given, CounterRandom random) {
      var around = rest.mean.clone();
      for (int i = 0; i < around.length; i++) {
        for (int j = 0; j < given.length; j++) {
          around[i] += slope[i][j] * (given[j] - known[j]);
        }
      }
      return rest.next(around, random);
    }
  }
}
