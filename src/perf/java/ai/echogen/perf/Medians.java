package ai.echogen.perf;

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

  /** To two decimals, or four below one. */
  static double rounded(double value) {
    double places = Math.abs(value) < 1 ? 1e4 : 1e2;
    return Math.round(value * places) / places;
  }
}
