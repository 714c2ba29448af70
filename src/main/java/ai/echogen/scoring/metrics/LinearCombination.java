package ai.echogen.scoring.metrics;

/** Sums of rows times numbers: the one inner loop of all products of matrices here. */
final class LinearCombination {
  private static final int TILE = 64; // rows that stay in a processor's cache

  private LinearCombination() {}

  /**
   * Adds {@code Σ factors[r] · rows[r]} for r in [from, to) to the first {@code length} numbers of
   * {@code sum}: four rows at once, so that it is read a quarter as often.
   */
  static void add(double[] factors, double[][] rows, int from, int to, double[] sum, int length) {
    int r = from;
    for (; r + 3 < to; r += 4) {
      addFour(factors, rows, r, sum, length);
    }
    for (; r < to; r++) {
      addOne(factors[r], rows[r], sum, length);
    }
  }

  /**
   * The product of two matrices.
   *
   * @param a (M, K)
   * @param b (K, N)
   */
  static double[][] product(double[][] a, double[][] b) {
    int columns = b.length == 0 ? 0 : b[0].length;
    var product = new double[a.length][columns];
    for (int from = 0; from < b.length; from += TILE) {
      int to = Math.min(from + TILE, b.length);
      for (int row = 0; row < a.length; row++) {
        add(a[row], b, from, to, product[row], columns);
      }
    }
    return product;
  }

  /** Rows as columns. */
  static double[][] turned(double[][] rows, int length) {
    var turned = new double[length][rows.length];
    for (int r = 0; r < rows.length; r++) {
      for (int i = 0; i < length; i++) {
        turned[i][r] = rows[r][i];
      }
    }
    return turned;
  }

  private static void addFour(double[] factors, double[][] rows, int r, double[] sum, int length) {
    double ofA = factors[r];
    double ofB = factors[r + 1];
    double ofC = factors[r + 2];
    double ofD = factors[r + 3];
    var a = rows[r];
    var b = rows[r + 1];
    var c = rows[r + 2];
    var d = rows[r + 3];
    for (int i = 0; i < length; i++) {
      sum[i] += ofA * a[i] + ofB * b[i] + ofC * c[i] + ofD * d[i];
    }
  }

  private static void addOne(double factor, double[] row, double[] sum, int length) {
    for (int i = 0; i < length; i++) {
      sum[i] += factor * row[i];
    }
  }
}
