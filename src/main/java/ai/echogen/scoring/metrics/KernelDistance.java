package ai.echogen.scoring.metrics;

import ai.echogen.data.CounterRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * The kernel distance of two sets of feature vectors (KID; Bińkowski et al., 1801.01401): the
 * unbiased estimate of the squared maximum mean discrepancy with the kernel {@code (x·y / D + 1)³},
 * on random subsets, their mean and standard deviation (divisor: subsets). Unlike {@link
 * FrechetDistance} it is not biased where images are few, and may be below 0.
 *
 * <p>Which vectors a subset has is a function of (seed, subset, number of vectors): give them in
 * the order of their samples' ids.
 *
 * @param mean over the subsets
 * @param deviation over the subsets
 */
public record KernelDistance(double mean, double deviation) {
  /** What is usual: 100 subsets of 1,000, or of as many as there are. */
  public static final int SUBSETS = 100;

  public static final int SUBSET_SIZE = 1_000;

  /**
   * Measures two sets. Subsets are measured on all processors; that changes no bit.
   *
   * @param a vectors of one length, at least two
   * @param b the same, of another set
   * @param size vectors of a subset; cut to the smaller set
   */
  public static KernelDistance of(
      List<double[]> a, List<double[]> b, int subsets, int size, long seed) {
    int drawn = Math.min(size, Math.min(a.size(), b.size()));
    if (drawn < 2 || subsets < 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a kernel distance needs subsets of two vectors, got %d subsets of %d out of %d and"
                  + " %d",
              subsets,
              size,
              a.size(),
              b.size()));
    }
    int length = a.get(0).length;
    requireFeatures(a, length);
    requireFeatures(b, length);
    var values =
        IntStream.range(0, subsets)
            .parallel()
            .mapToDouble(
                s ->
                    discrepancy(
                        subset(a, CounterRandom.of(seed, s, 0), drawn),
                        subset(b, CounterRandom.of(seed, s, 1), drawn),
                        length))
            .toArray();
    double mean = Arrays.stream(values).sum() / subsets;
    double square = 0;
    for (double value : values) {
      square += (value - mean) * (value - mean);
    }
    return new KernelDistance(mean, Math.sqrt(square / subsets));
  }

  private static double[][] subset(List<double[]> vectors, CounterRandom random, int size) {
    var order = random.permutation(vectors.size());
    return Arrays.stream(order, 0, size).mapToObj(vectors::get).toArray(double[][]::new);
  }

  /** Of two sets of M vectors. */
  private static double discrepancy(double[][] a, double[][] b, int length) {
    int size = a.length;
    var ofB = LinearCombination.turned(b, length);
    double within =
        sum(a, LinearCombination.turned(a, length), length, true) + sum(b, ofB, length, true);
    double between = sum(a, ofB, length, false);
    return within / ((double) size * (size - 1)) - 2 * between / ((double) size * size);
  }

  /**
   * Sum of the kernel over all pairs.
   *
   * @param turned (D, M)
   */
  private static double sum(
      double[][] vectors, double[][] turned, int length, boolean leavesOutTheSame) {
    var products = LinearCombination.product(vectors, turned);
    double sum = 0;
    for (int i = 0; i < vectors.length; i++) {
      for (int k = 0; k < vectors.length; k++) {
        if (!leavesOutTheSame || i != k) {
          double base = products[i][k] / length + 1;
          sum += base * base * base;
        }
      }
    }
    return sum;
  }

  private static void requireFeatures(List<double[]> vectors, int length) {
    for (int i = 0; i < vectors.size(); i++) {
      FeatureMoments.requireFeatures(vectors.get(i), length, i);
    }
  }
}
