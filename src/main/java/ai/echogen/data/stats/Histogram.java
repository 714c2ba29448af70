package ai.echogen.data.stats;

import java.util.List;

/**
 * How many values lie in each of several ranges.
 *
 * @param edges where each range begins; it ends before the next one's edge, the last has no end
 * @param counts as many
 */
public record Histogram(List<Double> edges, List<Long> counts) {
  public Histogram {
    edges = List.copyOf(edges);
    counts = List.copyOf(counts);
  }

  /** The last range that begins at a value or before it; the first for what lies before all. */
  static int range(double[] edges, double value) {
    int range = edges.length - 1;
    while (range > 0 && edges[range] > value) {
      range--;
    }
    return range;
  }
}
