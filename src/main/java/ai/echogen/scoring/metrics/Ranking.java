package ai.echogen.scoring.metrics;

/** Orders of numbers, without boxing them. */
final class Ranking {
  private Ranking() {}

  /**
   * Indices of the values from the largest to the smallest, of equals the earlier first (a merge
   * sort); 0 and -0 are equal, NaN is not allowed.
   */
  static int[] byFallingValue(double[] values) {
    var order = new int[values.length];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    var spare = new int[values.length];
    for (long width = 1; width < values.length; width *= 2) {
      for (long from = 0; from < values.length; from += 2 * width) {
        int middle = (int) Math.min(from + width, values.length);
        int to = (int) Math.min(from + 2 * width, values.length);
        merge(values, order, (int) from, middle, to, spare);
      }
      var merged = spare;
      spare = order;
      order = merged;
    }
    return order;
  }

  private static void merge(
      double[] values, int[] order, int from, int middle, int to, int[] merged) {
    int left = from;
    int right = middle;
    for (int i = from; i < to; i++) {
      boolean takesRight =
          left == middle || (right < to && values[order[right]] > values[order[left]]);
      merged[i] = order[takesRight ? right++ : left++];
    }
  }
}
