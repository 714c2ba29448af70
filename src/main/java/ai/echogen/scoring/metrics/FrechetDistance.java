package ai.echogen.scoring.metrics;

import java.util.List;
import java.util.Locale;

/**
 * The Fréchet distance of two sets of feature vectors, each taken for a Gaussian: {@code |μ₁ − μ₂|²
 * + tr(Σ₁ + Σ₂ − 2 (Σ₁ Σ₂)^½)} (Dowson and Landau, 1982; Heusel et al., 1706.08500).
 *
 * <p>The last trace is taken without a root of a matrix: with Σ₁ = A Aᵀ and Σ₂ = B Bᵀ it is the sum
 * of the singular values of AᵀB, the roots of the eigenvalues of AᵀB BᵀA, of which rounding may
 * make some slightly negative: they count as 0. A and B have as many columns as the rank, so fewer
 * vectors than numbers in a vector need no small number on the diagonal.
 *
 * @param meanTerm squared distance of the means
 * @param traceSum both traces
 * @param rootTrace trace of (Σ₁ Σ₂)^½
 * @param firstRank rank of Σ₁
 * @param secondRank rank of Σ₂
 */
public record FrechetDistance(
    double meanTerm, double traceSum, double rootTrace, int firstRank, int secondRank) {

  /**
   * The distance of two sets; 0 for equal means and covariances.
   *
   * @param a vectors of one length, at least two
   * @param b the same, of another set
   */
  public static double of(List<double[]> a, List<double[]> b) {
    if (a.size() < 2 || b.size() < 2) {
      throw tooFew(a.size(), b.size());
    }
    return between(FeatureMoments.of(a), FeatureMoments.of(b)).distance();
  }

  /**
   * Measures two sets by their moments.
   *
   * @throws IllegalArgumentException if one has fewer than two vectors, or their lengths differ
   */
  public static FrechetDistance between(FeatureMoments a, FeatureMoments b) {
    if (a.count() < 2 || b.count() < 2) {
      throw tooFew(a.count(), b.count());
    }
    if (a.length() != b.length()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "sets of one network are compared, got vectors of %d and of %d numbers",
              a.length(),
              b.length()));
    }
    double meanTerm = 0;
    double traceSum = 0;
    for (int i = 0; i < a.length(); i++) {
      double difference = a.mean()[i] - b.mean()[i];
      meanTerm += difference * difference;
      traceSum += a.covariance(i, i) + b.covariance(i, i);
    }
    var first = PivotedCholesky.columns(a);
    var second = PivotedCholesky.columns(b);
    return new FrechetDistance(
        meanTerm, traceSum, rootTrace(first, second, a.length()), first.length, second.length);
  }

  /** The distance; never below 0, where rounding may lead for equal sets. */
  public double distance() {
    return Math.max(0, meanTerm + traceSum - 2 * rootTrace);
  }

  /**
   * Sum of the singular values of AᵀB.
   *
   * @param a columns of A: (rank, D)
   * @param b columns of B: (rank, D)
   */
  private static double rootTrace(double[][] a, double[][] b, int length) {
    var fewer = a.length < b.length ? a : b;
    var more = a.length < b.length ? b : a;
    var products = LinearCombination.product(fewer, LinearCombination.turned(more, length));
    var squares =
        LinearCombination.product(products, LinearCombination.turned(products, more.length));
    double sum = 0;
    for (double eigenvalue : SymmetricEigenvalues.of(squares)) {
      sum += Math.sqrt(Math.max(0, eigenvalue));
    }
    return sum;
  }

  private static IllegalArgumentException tooFew(long a, long b) {
    return new IllegalArgumentException(
        String.format(Locale.ROOT, "a covariance needs two vectors, got %d and %d", a, b));
  }
}
