package ai.echogen.data.layouts;

import ai.echogen.data.CounterRandom;
import java.io.Serializable;
import java.util.List;

/** Draws places by whole weights. */
final class Chances implements Serializable {
  private static final long serialVersionUID = 1;

  private final long[] until; // sums of the weights up to each place

  /**
   * @param weights of the places 0, 1, …, none of which is negative
   */
  Chances(List<Long> weights) {
    until = new long[weights.size()];
    long sum = 0;
    for (int i = 0; i < until.length; i++) {
      sum = Math.addExact(sum, weights.get(i));
      until[i] = sum;
    }
  }

  /** All weights together. */
  long total() {
    return until.length == 0 ? 0 : until[until.length - 1];
  }

  /** A place; never one whose weight is 0. */
  int draw(CounterRandom random) {
    long target = (long) (random.nextDouble() * total());
    int low = 0;
    int high = until.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (until[middle] > target) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }
}
