package ai.echogen.train.step;

import java.io.Serializable;
import java.util.List;

/**
 * What one step was like.
 *
 * @param step counted from 0
 * @param metrics of the whole batch, one a name of the objective
 * @param gradientNorm before clipping
 * @param skipped whether it moved nothing, its loss or gradient not being finite
 * @param exchangeSeconds of the exchange before this step's, in the replica where it took least; a
 *     round's is spread over its steps
 * @param gradientHash the first 48 bits of the SHA-256 of the gradient before clipping; 0 where the
 *     objective does not ask for it
 */
public record StepRecord(
    long step,
    double[] metrics,
    double gradientNorm,
    double lr,
    boolean skipped,
    int samples,
    long tokens,
    double exchangeSeconds,
    long gradientHash)
    implements Serializable {
  /** The metric with the gradient's hash. */
  public static final String GRADIENT_HASH = "gradient/hash";

  /** The sum of rows of metrics. */
  static double[] sum(List<double[]> rows, int names) {
    var sum = new double[names];
    for (var row : rows) {
      for (int i = 0; i < names; i++) {
        sum[i] += row[i];
      }
    }
    return sum;
  }
}
