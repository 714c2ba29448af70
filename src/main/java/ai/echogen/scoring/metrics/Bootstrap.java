package ai.echogen.scoring.metrics;

import ai.echogen.data.CounterRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * Percentile bootstrap (Efron, 1979): how much a number would differ on other images of the same
 * kind. Images are drawn with replacement, as many as there are, and all that belongs to an image
 * is drawn with it, because boxes of one image are not independent. The ends of an interval are the
 * 2.5th and the 97.5th percentile over the draws, between neighbours by straight lines.
 *
 * <p>Draw b is a function of (seed, b, number of images) alone, so two systems on the same images
 * are drawn alike, and their difference has an interval of its own.
 */
public final class Bootstrap {
  public static final int DRAWS = 1_000;
  private static final double LOW = 0.025;
  private static final double HIGH = 0.975;

  private final int units;
  private final int draws;
  private final long seed;

  /**
   * A 95 % interval.
   *
   * @param value of the images as they are
   * @param draws that it rests on: those in which the number was defined
   */
  public record Interval(double value, double low, double high, int draws) {}

  /**
   * Two systems on the same images.
   *
   * @param first value of the first
   * @param second value of the second
   * @param difference second less first
   * @param p two-sided: twice the smaller of two shares of draws, those with a difference of at
   *     most 0 and of at least 0, each counted as if there were one draw more that has it; at most
   *     1
   */
  public record Comparison(double first, double second, Interval difference, double p) {}

  /** A metric of a draw; NaN where it is not defined. */
  private interface Statistic {
    double of(String metric, int[] counts);
  }

  /**
   * @param units images
   * @param draws 1,000 is the usual number, {@link #DRAWS}
   */
  public Bootstrap(int units, int draws, long seed) {
    if (units < 1 || draws < 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "a bootstrap needs images and draws, got %d and %d", units, draws));
    }
    this.units = units;
    this.draws = draws;
    this.seed = seed;
  }

  /** An interval for every number of a table. */
  public static SortedMap<String, Interval> intervals(RatioTable table, int draws, long seed) {
    var intervals = new TreeMap<String, Interval>();
    var columns = table.columns();
    var values = columns.values(null);
    if (values.isEmpty()) {
      return intervals;
    }
    var drawn =
        new Bootstrap(columns.units().size(), draws, seed).draw(values.keySet(), columns::value);
    values.forEach(
        (metric, value) ->
            intervals.put(metric, interval(value, drawn.getOrDefault(metric, new double[0]))));
    return intervals;
  }

  /**
   * Every number that both tables have, the second's less the first's.
   *
   * @throws IllegalArgumentException if the tables are not of the same samples
   */
  public static SortedMap<String, Comparison> compare(
      RatioTable first, RatioTable second, int draws, long seed) {
    var ofFirst = first.columns();
    var ofSecond = second.columns();
    requireSameSamples(first.ids(), second.ids());
    if (!ofFirst.units().equals(ofSecond.units())) {
      throw new IllegalArgumentException(
          "the same samples belong to other images in the second table than in the first");
    }
    var comparisons = new TreeMap<String, Comparison>();
    var values = ofFirst.values(null);
    var others = ofSecond.values(null);
    values.keySet().retainAll(others.keySet());
    if (values.isEmpty()) {
      return comparisons;
    }
    var bootstrap = new Bootstrap(ofFirst.units().size(), draws, seed);
    var drawn =
        bootstrap.draw(
            values.keySet(),
            (metric, counts) -> ofSecond.value(metric, counts) - ofFirst.value(metric, counts));
    values.forEach(
        (metric, value) ->
            comparisons.put(
                metric,
                comparison(
                    value,
                    others.getOrDefault(metric, Double.NaN),
                    drawn.getOrDefault(metric, new double[0]))));
    return comparisons;
  }

  /**
   * The interval of any number.
   *
   * @param statistic from how often each image counts; NaN where it is not defined for a draw
   */
  public Interval interval(ToDoubleFunction<int[]> statistic) {
    var drawn = new double[draws];
    for (int b = 0; b < draws; b++) {
      drawn[b] = statistic.applyAsDouble(counts(b));
    }
    return interval(statistic.applyAsDouble(once()), drawn);
  }

  /** Two numbers of the same images. */
  public Comparison compare(ToDoubleFunction<int[]> first, ToDoubleFunction<int[]> second) {
    double value = first.applyAsDouble(once());
    double other = second.applyAsDouble(once());
    var drawn = new double[draws];
    for (int b = 0; b < draws; b++) {
      var counts = counts(b);
      drawn[b] = second.applyAsDouble(counts) - first.applyAsDouble(counts);
    }
    return comparison(value, other, drawn);
  }

  private Map<String, double[]> draw(Collection<String> metrics, Statistic statistic) {
    var drawn = new TreeMap<String, double[]>();
    metrics.forEach(metric -> drawn.put(metric, new double[draws]));
    for (int b = 0; b < draws; b++) {
      var counts = counts(b);
      for (var values : drawn.entrySet()) {
        values.getValue()[b] = statistic.of(values.getKey(), counts);
      }
    }
    return drawn;
  }

  /** How often each image is drawn the {@code b}-th time. */
  int[] counts(int b) {
    var random = CounterRandom.of(seed, b);
    var counts = new int[units];
    for (int i = 0; i < units; i++) {
      counts[random.nextInt(units)]++;
    }
    return counts;
  }

  private int[] once() {
    var counts = new int[units];
    Arrays.fill(counts, 1);
    return counts;
  }

  private static Comparison comparison(double first, double second, double[] drawn) {
    return new Comparison(first, second, interval(second - first, drawn), p(drawn));
  }

  private static Interval interval(double value, double[] drawn) {
    var sorted = Arrays.stream(drawn).filter(d -> !Double.isNaN(d)).sorted().toArray();
    return new Interval(value, percentile(sorted, LOW), percentile(sorted, HIGH), sorted.length);
  }

  private static double percentile(double[] sorted, double share) {
    if (sorted.length == 0) {
      return Double.NaN;
    }
    double place = share * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }

  private static double p(double[] drawn) {
    int notAbove = 0;
    int notBelow = 0;
    int defined = 0;
    for (double difference : drawn) {
      notAbove += difference <= 0 ? 1 : 0;
      notBelow += difference >= 0 ? 1 : 0;
      defined += Double.isNaN(difference) ? 0 : 1;
    }
    return Math.min(1, 2 * (1.0 + Math.min(notAbove, notBelow)) / (1.0 + defined));
  }

  private static void requireSameSamples(List<String> first, List<String> second) {
    if (first.equals(second)) {
      return;
    }
    var missing = new ArrayList<>(first);
    missing.removeAll(new HashSet<>(second));
    var more = new ArrayList<>(second);
    more.removeAll(new HashSet<>(first));
    throw new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "two systems are compared on the same samples: %d of %d are in the first alone, %d of"
                + " %d in the second alone, such as %s; compare those that both have",
            missing.size(),
            first.size(),
            more.size(),
            second.size(),
            missing.isEmpty() ? more.get(0) : missing.get(0)));
  }
}
