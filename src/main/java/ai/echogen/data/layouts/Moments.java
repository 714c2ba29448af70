package ai.echogen.data.layouts;

import java.io.Serializable;

/**
 * Sums of vectors and of their products, in whole numbers: the same in whatever order the vectors
 * come, and exact. Of each number three and a half decimals are kept (1/{@link #GRID}).
 */
final class Moments implements Serializable {
  private static final long serialVersionUID = 1;

  /** Fine enough for boxes, coarse enough for the sums of a billion of them. */
  private static final double GRID = 1 << 12;

  private final int size;
  private final long[] sums;
  private final long[] products; // upper triangle, row by row
  private long count;

  /**
   * @param size numbers of a vector
   */
  Moments(int size) {
    this.size = size;
    this.sums = new long[size];
    this.products = new long[size * (size + 1) / 2];
  }

  void add(double[] vector) {
    var steps = new long[size];
    for (int i = 0; i < size; i++) {
      steps[i] = Math.round(vector[i] * GRID);
      sums[i] = Math.addExact(sums[i], steps[i]);
    }
    int place = 0;
    for (int i = 0; i < size; i++) {
      for (int j = i; j < size; j++, place++) {
        products[place] = Math.addExact(products[place], steps[i] * steps[j]);
      }
    }
    count++;
  }

  Moments merge(Moments other) {
    count += other.count;
    for (int i = 0; i < size; i++) {
      sums[i] = Math.addExact(sums[i], other.sums[i]);
    }
    for (int i = 0; i < products.length; i++) {
      products[i] = Math.addExact(products[i], other.products[i]);
    }
    return this;
  }

  /** How many vectors. */
  long count() {
    return count;
  }

  /** Their mean and covariance. */
  Spread spread() {
    var mean = new double[size];
    for (int i = 0; i < size; i++) {
      mean[i] = count == 0 ? 0 : sums[i] / GRID / count;
    }
    var covariance = new double[products.length];
    int place = 0;
    for (int i = 0; i < size; i++) {
      for (int j = i; j < size; j++, place++) {
        double square = count == 0 ? 0 : products[place] / GRID / GRID / count;
        covariance[place] = square - mean[i] * mean[j];
      }
    }
    return Spread.of(count, mean, covariance);
  }
}
