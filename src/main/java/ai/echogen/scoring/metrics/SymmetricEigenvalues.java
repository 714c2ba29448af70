package ai.echogen.scoring.metrics;

import java.util.Arrays;

/**
 * All eigenvalues of a real symmetric matrix, without its vectors: Householder's reduction to three
 * diagonals, then the QL iteration with implicit shifts (Martin and Wilkinson, 1968; Dubrulle,
 * 1970). Two thirds of the time that a decomposition with vectors takes go into those.
 */
final class SymmetricEigenvalues {
  private static final int MOST_ITERATIONS = 60; // of one eigenvalue; 2 are usual
  private static final double ROUNDING = 0x1.0p-52;

  private SymmetricEigenvalues() {}

  /**
   * The eigenvalues, in no order.
   *
   * @param matrix (N, N), both triangles; overwritten
   */
  static double[] of(double[][] matrix) {
    int size = matrix.length;
    var diagonal = new double[size];
    var beside = new double[size]; // beside[i] couples i and i + 1
    var vector = new double[size];
    var product = new double[size];
    for (int last = size - 1; last > 0; last--) {
      diagonal[last] = matrix[last][last];
      beside[last - 1] = reduce(matrix, last, vector, product);
    }
    if (size > 0) {
      diagonal[0] = matrix[0][0];
    }
    iterate(diagonal, beside);
    return diagonal;
  }

  /**
   * Makes all but the last but one number of row {@code last} vanish by a reflection of the rows
   * and columns before it; returns what is left.
   */
  private static double reduce(double[][] matrix, int last, double[] vector, double[] product) {
    double largest = 0;
    for (int i = 0; i < last; i++) {
      largest = Math.max(largest, Math.abs(matrix[last][i]));
    }
    if (largest == 0) {
      return 0;
    }
    double square = 0;
    for (int i = 0; i < last; i++) {
      vector[i] = matrix[last][i] / largest;
      square += vector[i] * vector[i];
    }
    double end = vector[last - 1];
    double norm = Math.sqrt(square);
    double left = end > 0 ? -norm : norm;
    vector[last - 1] = end - left;
    double half = square - end * left; // half of the vector's squared length
    Arrays.fill(product, 0, last, 0);
    LinearCombination.add(vector, matrix, 0, last, product, last); // matrix · vector
    double along = 0;
    for (int i = 0; i < last; i++) {
      product[i] /= half;
      along += vector[i] * product[i];
    }
    for (int i = 0; i < last; i++) {
      product[i] -= along / (2 * half) * vector[i];
    }
    for (int i = 0; i < last; i++) {
      subtract(matrix[i], vector[i], product, product[i], vector, last);
    }
    return left * largest;
  }

  private static void subtract(
      double[] row, double ofA, double[] a, double ofB, double[] b, int size) {
    for (int i = 0; i < size; i++) {
      row[i] -= ofA * a[i] + ofB * b[i];
    }
  }

  /** QL with implicit shifts, on the diagonal and what is beside it. */
  private static void iterate(double[] diagonal, double[] beside) {
    int size = diagonal.length;
    for (int low = 0; low < size; low++) {
      for (int iteration = 0; ; iteration++) {
        int high = low;
        while (high < size - 1
            && Math.abs(beside[high])
                > ROUNDING * (Math.abs(diagonal[high]) + Math.abs(diagonal[high + 1]))) {
          high++;
        }
        if (high == low) {
          break;
        }
        if (iteration == MOST_ITERATIONS) {
          throw new IllegalStateException("the eigenvalues of a covariance do not converge");
        }
        step(diagonal, beside, low, high);
      }
    }
  }

  private static void step(double[] diagonal, double[] beside, int low, int high) {
    double shape = (diagonal[low + 1] - diagonal[low]) / (2 * beside[low]);
    double root = Math.hypot(shape, 1);
    double shifted =
        diagonal[high] - diagonal[low] + beside[low] / (shape + Math.copySign(root, shape));
    double sine = 1;
    double cosine = 1;
    double moved = 0;
    for (int i = high - 1; i >= low; i--) {
      double f = sine * beside[i];
      double b = cosine * beside[i];
      root = Math.hypot(f, shifted);
      beside[i + 1] = root;
      if (root == 0) { // the matrix falls apart here
        diagonal[i + 1] -= moved;
        beside[high] = 0;
        return;
      }
      sine = f / root;
      cosine = shifted / root;
      shifted = diagonal[i + 1] - moved;
      root = (diagonal[i] - shifted) * sine + 2 * cosine * b;
      moved = sine * root;
      diagonal[i + 1] = shifted + moved;
      shifted = cosine * root - b;
    }
    diagonal[low] -= moved;
    beside[low] = shifted;
    beside[high] = 0;
  }
}
