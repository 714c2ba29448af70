package ai.echogen.scoring.metrics;

import ai.echogen.scoring.metrics.RatioTable.Entry;
import ai.echogen.scoring.metrics.RatioTable.Sample;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A {@link RatioTable} by metric: sums and weights of each image, as plain arrays. */
final class RatioColumns {
  /** Sums of one metric: entry e belongs to image {@code unit[e]} and group {@code group[e]}. */
  private record Column(int numGroups, int[] unit, int[] group, double[] sum, double[] weight) {

    /** The metric; NaN where nothing has weight. */
    double value(int @Nullable [] counts) {
      var sums = new double[numGroups];
      var weights = new double[numGroups];
      for (int e = 0; e < unit.length; e++) {
        int count = counts == null ? 1 : counts[unit[e]];
        sums[group[e]] += count * sum[e];
        weights[group[e]] += count * weight[e];
      }
      double total = 0;
      int defined = 0;
      for (int g = 0; g < numGroups; g++) {
        if (weights[g] > 0) {
          total += sums[g] / weights[g];
          defined++;
        }
      }
      return total / defined; // NaN if none is defined
    }

    /** The same where there is one group, and no counts: the loop that a bootstrap spends in. */
    double ofOneGroup(int[] counts) {
      double total = 0;
      double totalWeight = 0;
      for (int e = 0; e < unit.length; e++) {
        int count = counts[unit[e]];
        total += count * sum[e];
        totalWeight += count * weight[e];
      }
      return totalWeight > 0 ? total / totalWeight : Double.NaN;
    }
  }

  private final List<String> units; // rising
  private final SortedMap<String, Column> columns;

  private RatioColumns(List<String> units, SortedMap<String, Column> columns) {
    this.units = units;
    this.columns = columns;
  }

  /** Sums up the samples in the order that they come in. */
  static RatioColumns of(Collection<Sample> samples) {
    var names = new TreeSet<String>();
    samples.forEach(sample -> names.add(sample.unit()));
    var units = List.copyOf(names);
    var numbers = new HashMap<String, Integer>();
    for (int u = 0; u < units.size(); u++) {
      numbers.put(units.get(u), u);
    }
    var makers = new TreeMap<String, Maker>();
    for (var sample : samples) {
      for (var entry : sample.entries()) {
        var maker = makers.computeIfAbsent(entry.metric(), m -> new Maker());
        maker.groups.put(entry.group(), 0);
        maker.size++;
      }
    }
    makers.values().forEach(Maker::allocate);
    for (var sample : samples) {
      int unit = numbers.getOrDefault(sample.unit(), -1);
      for (var entry : sample.entries()) {
        var maker = makers.get(entry.metric());
        if (maker != null) {
          maker.add(unit, entry);
        }
      }
    }
    var columns = new TreeMap<String, Column>();
    makers.forEach((metric, maker) -> columns.put(metric, maker.column()));
    return new RatioColumns(units, columns);
  }

  /** Fills the arrays of a column. */
  private static final class Maker {
    private final TreeMap<String, Integer> groups = new TreeMap<>();
    private int size;
    private int filled;
    private int[] unit = {};
    private int[] group = {};
    private double[] sum = {};
    private double[] weight = {};

    void allocate() {
      int number = 0;
      for (var named : groups.entrySet()) {
        named.setValue(number++);
      }
      unit = new int[size];
      group = new int[size];
      sum = new double[size];
      weight = new double[size];
    }

    void add(int ofUnit, Entry entry) {
      int ofGroup = groups.getOrDefault(entry.group(), -1);
      int last = filled - 1;
      if (last < 0 || unit[last] != ofUnit || group[last] != ofGroup) {
        last = filled++;
        unit[last] = ofUnit;
        group[last] = ofGroup;
      }
      sum[last] += entry.sum();
      weight[last] += entry.weight();
    }

    Column column() {
      return new Column(
          groups.size(),
          Arrays.copyOf(unit, filled),
          Arrays.copyOf(group, filled),
          Arrays.copyOf(sum, filled),
          Arrays.copyOf(weight, filled));
    }
  }

  /** The images, rising. */
  List<String> units() {
    return units;
  }

  /** A metric of a draw; NaN where it has no weight. */
  double value(String metric, int[] counts) {
    var column = columns.get(metric);
    if (column == null) {
      return Double.NaN;
    }
    return column.numGroups() == 1 ? column.ofOneGroup(counts) : column.value(counts);
  }

  /**
   * Every metric that has weight.
   *
   * @param counts how often each image counts; null: once
   */
  SortedMap<String, Double> values(int @Nullable [] counts) {
    var values = new TreeMap<String, Double>();
    columns.forEach(
        (metric, column) -> {
          double value = column.value(counts);
          if (!Double.isNaN(value)) {
            values.put(metric, value);
          }
        });
    return values;
  }

  SortedMap<String, Double> weights() {
    var weights = new TreeMap<String, Double>();
    columns.forEach(
        (metric, column) -> {
          double total = 0;
          for (double weight : column.weight()) {
            total += weight;
          }
          weights.put(metric, total);
        });
    return weights;
  }
}
