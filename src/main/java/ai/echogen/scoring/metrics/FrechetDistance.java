package ai.echogen.scoring.metrics;

import java.util.List;
import java.util.Locale;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.stat.correlation.Covariance;

/**
 * The Fréchet distance of two sets of feature vectors, each taken for a Gaussian: {@code |μ₁ − μ₂|²
 * + tr(Σ₁ + Σ₂ − 2 (Σ₁ Σ₂)^½)} (Dowson and Landau, 1982; Heusel et al., 1706.08500, with features
 * of another network).
 */
public final class FrechetDistance {
  private FrechetDistance() {}

  /**
   * The distance; 0 for equal means and covariances.
   *
   * @param a vectors of one length, at least two
   * @param b the same, of another set
   */
  public static double of(List<double[]> a, List<double[]> b) {
    if (a.size() < 2 || b.size() < 2) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "a covariance needs two vectors, got %d and %d", a.size(), b.size()));
    }
    var means =
        MatrixUtils.createRealVector(mean(a)).subtract(MatrixUtils.createRealVector(mean(b)));
    var first = covariance(a);
    var second = covariance(b);
    // (Σ₁ Σ₂)^½ has the trace of (Σ₁^½ Σ₂ Σ₁^½)^½, which is symmetric.
    var root = root(first);
    double between = root(symmetric(root.multiply(second).multiply(root))).getTrace();
    return Math.max(
        0, means.dotProduct(means) + first.getTrace() + second.getTrace() - 2 * between);
  }

  private static double[] mean(List<double[]> vectors) {
    var mean = new double[vectors.get(0).length];
    for (var vector : vectors) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += vector[i] / vectors.size();
      }
    }
    return mean;
  }

  private static RealMatrix covariance(List<double[]> vectors) {
    return new Covariance(new Array2DRowRealMatrix(vectors.toArray(double[][]::new)))
        .getCovarianceMatrix();
  }

  private static RealMatrix symmetric(RealMatrix matrix) {
    return matrix.add(matrix.transpose()).scalarMultiply(0.5);
  }

  /** The square root of a symmetric matrix without negative eigenvalues, but for rounding. */
  private static RealMatrix root(RealMatrix matrix) {
    var eigen = new EigenDecomposition(matrix);
    var values = eigen.getRealEigenvalues();
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.sqrt(Math.max(0, values[i]));
    }
    return eigen
        .getV()
        .multiply(MatrixUtils.createRealDiagonalMatrix(values))
        .multiply(eigen.getVT());
  }
}
