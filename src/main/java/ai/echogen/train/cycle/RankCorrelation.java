package ai.echogen.train.cycle;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Spearman's rank correlation, with the mean rank for ties. */
final class RankCorrelation {
  private RankCorrelation() {}

  /** In [−1, 1]; NaN where one side has no two different values. */
  static double of(double[] x, double[] y) {
    var a = ranks(x);
    var b = ranks(y);
    double mean = (x.length - 1) / 2.0;
    double both = 0;
    double ofA = 0;
    double ofB = 0;
    for (int i = 0; i < a.length; i++) {
      both += (a[i] - mean) * (b[i] - mean);
      ofA += (a[i] - mean) * (a[i] - mean);
      ofB += (b[i] - mean) * (b[i] - mean);
    }
    return both / Math.sqrt(ofA * ofB);
  }

  private static double[] ranks(double[] values) {
    var order =
        IntStream.range(0, values.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> values[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    var ranks = new double[values.length];
    for (int from = 0; from < order.length; ) {
      int to = from;
      while (to < order.length && values[order[to]] == values[order[from]]) {
        to++;
      }
      for (int i : Arrays.copyOfRange(order, from, to)) {
        ranks[i] = (from + to - 1) / 2.0;
      }
      from = to;
    }
    return ranks;
  }
}
