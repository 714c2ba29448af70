package ai.echogen.scoring.benchmarks;

import ai.echogen.observe.scores.SampleScores;
import ai.echogen.scoring.metrics.Bootstrap;
import ai.echogen.scoring.metrics.Bootstrap.Interval;
import ai.echogen.scoring.metrics.RatioTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The numbers of many cases, gathered: what each sample gives to them, their values and intervals.
 *
 * <p>Numbers that are ratios of sums come from {@link RatioTable}s, a small one a sample; others
 * are put as they are, such as average precision.
 */
public final class Scores {
  private final RatioTable table = new RatioTable();
  private final RatioTable means = new RatioTable();
  private final SortedMap<String, SortedMap<String, SortedMap<String, SampleScores.Share>>> shares =
      new TreeMap<>(); // by id and metric
  private final SortedMap<String, Double> numbers = new TreeMap<>();
  private final SortedMap<String, Interval> intervals = new TreeMap<>();
  private final Set<String> counts = new HashSet<>(); // names of numbers

  /** Takes over the table of one sample. */
  void add(String id, RatioTable ofSample) {
    table.merge(ofSample);
    ofSample.visit(
        (sample, metric, group, sum, weight) -> {
          if (weight > 0) {
            share(id, metric, group, sum, weight);
          }
        });
  }

  /** Adds a sample's value of a metric that is a mean over samples; one such metric has these. */
  void addMean(String id, String image, String metric, double value) {
    means.row(id, image).add(metric, value, 1);
    share(id, metric, SampleScores.NO_GROUP, value, 1);
  }

  private void share(String id, String metric, String group, double sum, double weight) {
    shares
        .computeIfAbsent(id, i -> new TreeMap<>())
        .computeIfAbsent(metric, m -> new TreeMap<>())
        .merge(group, new SampleScores.Share(sum, weight), Scores::sum);
  }

  private static SampleScores.Share sum(SampleScores.Share a, SampleScores.Share b) {
    return new SampleScores.Share(a.sum() + b.sum(), a.weight() + b.weight());
  }

  /** Puts a number. */
  void put(String name, double value) {
    numbers.put(name, value);
  }

  /** Puts how many of something there are, which is no score. */
  void count(String name, long number) {
    counts.add(name);
    put(name, number);
  }

  /** Whether nothing was scored. */
  public boolean isEmpty() {
    return counts.containsAll(numbers.keySet());
  }

  /** Puts the interval of a number. */
  void put(String name, Interval interval) {
    if (interval.draws() > 0) {
      intervals.put(name, interval);
    }
  }

  /**
   * Puts every number of the tables that were taken over, and its interval.
   *
   * @param draws of the bootstrap; 0 for no intervals
   */
  void close(int draws, long seed) {
    for (var part : List.of(table, means)) {
      numbers.putAll(part.numbers());
      if (draws > 0) {
        Bootstrap.intervals(part, draws, seed).forEach(this::put);
      }
    }
  }

  /**
   * Puts numbers that are made of all images together, and their intervals, from draws that all of
   * them share.
   *
   * @param units images that are drawn
   * @param draws of the bootstrap; 0 for no intervals
   * @param values of a draw, by how often each image counts in it
   */
  void putDrawn(
      Map<String, Double> asTheyAre,
      int units,
      int draws,
      long seed,
      Function<int[], Map<String, Double>> values) {
    asTheyAre.forEach(this::put);
    if (draws == 0 || units == 0) {
      return;
    }
    var bootstrap = new Bootstrap(units, draws, seed);
    var drawn = new HashMap<Integer, Map<String, Double>>(); // the k-th call is of the k-th draw
    for (var name : asTheyAre.keySet()) {
      var call = new int[1];
      put(
          name,
          bootstrap.interval(
              counts ->
                  drawn
                      .computeIfAbsent(call[0]++, k -> values.apply(counts))
                      .getOrDefault(name, Double.NaN)));
    }
  }

  /** What numbers could not be made of, by reason. */
  public Map<String, Long> leftOut() {
    return table.leftOut();
  }

  /** Every number, by name. */
  public SortedMap<String, Double> numbers() {
    return new TreeMap<>(numbers);
  }

  /** Those that have one. */
  public SortedMap<String, Interval> intervals() {
    return new TreeMap<>(intervals);
  }

  /** What is kept of each sample. */
  public List<SampleScores> samples(Collection<Judged> judged) {
    var samples = new ArrayList<SampleScores>();
    for (var one : judged) {
      samples.add(Benchmark.sample(one, shares.getOrDefault(one.id(), new TreeMap<>())));
    }
    return samples;
  }
}
