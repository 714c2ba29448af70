package ai.echogen.data.stats;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

/**
 * How often each whole number from 0 on occurs: exact, and the same in whatever order they come.
 * Memory is bounded: {@link #MOST} and larger ones are counted as one number.
 */
public final class WholeCounts implements Serializable {
  private static final long serialVersionUID = 1;

  /** The largest number that is told apart; mean and maximum are exact beyond it, too. */
  public static final int MOST = 99_999;

  private final TreeMap<Integer, Long> counts = new TreeMap<>();
  private long total;
  private long sum;
  private long max;

  void add(int value) {
    counts.merge(Math.min(value, MOST), 1L, Long::sum);
    total++;
    sum += value;
    max = Math.max(max, value);
  }

  void merge(WholeCounts other) {
    other.counts.forEach((value, count) -> counts.merge(value, count, Long::sum));
    total += other.total;
    sum += other.sum;
    max = Math.max(max, other.max);
  }

  /** How many numbers were counted. */
  public long total() {
    return total;
  }

  /** Of all numbers. */
  public long sum() {
    return sum;
  }

  /** The smallest; 0 of none. */
  public long min() {
    return counts.isEmpty() ? 0 : counts.firstKey();
  }

  /** The largest; 0 of none. */
  public long max() {
    return max;
  }

  /** 0 of none. */
  public double mean() {
    return total == 0 ? 0 : (double) sum / total;
  }

  /** The middle one, or the mean of the two; 0 of none. */
  public double median() {
    return total == 0 ? 0 : (at((total - 1) / 2) + at(total / 2)) / 2.0;
  }

  /** The number at a place of the sorted ones. */
  private int at(long place) {
    long before = 0;
    for (var entry : counts.entrySet()) {
      before += entry.getValue();
      if (place < before) {
        return entry.getKey();
      }
    }
    throw new IllegalStateException("there is no number " + place + " of " + total);
  }

  /**
   * How many numbers lie in each range.
   *
   * @param edges where each begins; the last has no end
   */
  public Histogram histogram(List<Integer> edges) {
    var begins = edges.stream().mapToDouble(Integer::intValue).toArray();
    var inRange = new long[begins.length];
    for (Map.Entry<Integer, Long> entry : counts.entrySet()) {
      inRange[Histogram.range(begins, entry.getKey())] += entry.getValue();
    }
    return new Histogram(
        DoubleStream.of(begins).boxed().toList(), LongStream.of(inRange).boxed().toList());
  }
}
