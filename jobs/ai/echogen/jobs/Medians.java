package ai.echogen.jobs;

import java.util.Arrays;

/** What a benchmark makes of its repeated measurements. */
final class Medians {
  private Medians() {}

  static double of(double... values) {
    var sorted = values.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  /** To two decimals. */
  static double rounded(double value) {
    return Math.round(value * 100) / 100.0;
  }
}
