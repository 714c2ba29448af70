package ai.echogen.data.stats;

import java.io.Serializable;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** How many shares of a whole, from 0 to 1, lie in each of several ranges. */
final class ShareCounts implements Serializable {
  private static final long serialVersionUID = 1;

  /** Coordinates are floats: 0.35 is meant where 0.34999999 is read. */
  private static final double ROUNDING = 1e-7;

  private static final double[] TWENTIETHS =
      IntStream.range(0, 20).mapToDouble(i -> i / 20.0).toArray();
  private static final double[] LOGARITHMIC = {
    0, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5
  };

  private final double[] edges;
  private final long[] counts;

  private ShareCounts(double[] edges) {
    this.edges = edges;
    this.counts = new long[edges.length];
  }

  /** Twenty ranges of the same width. */
  static ShareCounts even() {
    return new ShareCounts(TWENTIETHS);
  }

  /** Three ranges a power of ten. */
  static ShareCounts logarithmic() {
    return new ShareCounts(LOGARITHMIC);
  }

  void add(double share) {
    counts[Histogram.range(edges, share + ROUNDING)]++;
  }

  void merge(ShareCounts other) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] += other.counts[i];
    }
  }

  Histogram histogram() {
    return new Histogram(
        DoubleStream.of(edges).boxed().toList(), LongStream.of(counts).boxed().toList());
  }
}
