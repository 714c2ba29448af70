package ai.echogen.scoring.metrics;

import java.util.Arrays;

/**
 * A covariance Σ as A Aᵀ with as many columns as its rank: Cholesky's factors, the largest
 * remaining variance first (Higham, 1990), until nothing but rounding is left.
 */
final class PivotedCholesky {
  private static final double ROUNDING = 0x1.0p-52;

  private PivotedCholesky() {}

  /** The columns of A: (rank, D). */
  static double[][] columns(FeatureMoments moments) {
    int length = moments.length();
    var remaining = new double[length]; // variances
    for (int i = 0; i < length; i++) {
      remaining[i] = moments.covariance(i, i);
    }
    double least = largest(remaining) * length * ROUNDING;
    var columns = new double[length][];
    var factors = new double[length];
    int rank = 0;
    while (rank < length) {
      int pivot = pivot(remaining);
      if (!(remaining[pivot] > least)) {
        break;
      }
      var column = new double[length];
      for (int i = 0; i < length; i++) {
        column[i] = moments.covariance(pivot, i);
      }
      for (int c = 0; c < rank; c++) {
        factors[c] = -columns[c][pivot];
      }
      LinearCombination.add(factors, columns, 0, rank, column, length);
      double root = Math.sqrt(remaining[pivot]);
      for (int i = 0; i < length; i++) {
        column[i] /= root;
        remaining[i] -= column[i] * column[i];
      }
      remaining[pivot] = 0;
      columns[rank++] = column;
    }
    return Arrays.copyOf(columns, rank);
  }

  private static double largest(double[] values) {
    return Arrays.stream(values).max().orElse(0);
  }

  private static int pivot(double[] remaining) {
    int pivot = 0;
    for (int i = 1; i < remaining.length; i++) {
      if (remaining[i] > remaining[pivot]) {
        pivot = i;
      }
    }
    return pivot;
  }
}
