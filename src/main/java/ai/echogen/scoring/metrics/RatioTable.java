package ai.echogen.scoring.metrics;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Numbers that are ratios of sums over samples, such as hits over regions: what each sample gives,
 * kept one by one.
 *
 * <p>Tables of parts of the samples may be made anywhere and merged in any order: sums are taken at
 * the end, by rising id, so the numbers are the same to the bit whatever the parts were. The kept
 * rows are also what {@link Bootstrap} draws from.
 *
 * <p>A metric with groups, such as classes, is the plain mean over the groups of the ratio in each.
 * What has no weight at all has no number.
 */
public final class RatioTable implements Serializable {
  private static final long serialVersionUID = 1;

  /** What a sample gives to one metric; the group is empty where the metric has none. */
  record Entry(String metric, String group, double sum, double weight) implements Serializable {}

  /**
   * One sample's share.
   *
   * @param unit what is drawn as a whole by a bootstrap: the image
   */
  record Sample(String id, String unit, List<Entry> entries) implements Serializable {}

  /** The open row of one sample. */
  public static final class Row {
    private final String id;
    private final List<Entry> entries;

    private Row(String id, List<Entry> entries) {
      this.id = id;
      this.entries = entries;
    }

    /** Adds to a metric that is the sum of all such sums over the sum of all weights. */
    public Row add(String metric, double sum, double weight) {
      return add(metric, "", sum, weight);
    }

    /** Adds a sum to a metric's group; the metric is the mean over the groups. */
    public Row add(String metric, String group, double sum, double weight) {
      if (!Double.isFinite(sum) || !(weight >= 0 && Double.isFinite(weight))) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%s of sample %s must be a finite sum with a weight >= 0, got %s and %s",
                metric,
                id,
                sum,
                weight));
      }
      entries.add(new Entry(metric, group, sum, weight));
      return this;
    }
  }

  private final List<Sample> samples = new ArrayList<>();
  private final TreeMap<String, Long> leftOut = new TreeMap<>();

  /** Opens the row of a sample that is an image of its own. */
  public Row row(String id) {
    return row(id, id);
  }

  /**
   * Opens the row of a sample.
   *
   * @param id no other sample has it
   * @param image the image it belongs to: samples of one image are drawn together
   */
  public Row row(String id, String image) {
    var entries = new ArrayList<Entry>();
    samples.add(new Sample(id, image, entries));
    return new Row(id, entries);
  }

  /** Counts something that no number is made of, for a reason. */
  public void leaveOut(String reason) {
    leaveOut(reason, 1);
  }

  /** Counts several such things. */
  public void leaveOut(String reason, long count) {
    if (count > 0) {
      leftOut.merge(reason, count, Long::sum);
    }
  }

  /** Takes over the rows of a table of other samples. */
  public void merge(RatioTable other) {
    samples.addAll(other.samples);
    other.leftOut.forEach(this::leaveOut);
  }

  /** A table of the samples with these ids alone; what was left out does not come with them. */
  public RatioTable of(Set<String> ids) {
    var table = new RatioTable();
    samples.stream().filter(sample -> ids.contains(sample.id())).forEach(table.samples::add);
    return table;
  }

  /** The ids of all samples, rising. */
  public List<String> ids() {
    return samples.stream().map(Sample::id).sorted().toList();
  }

  /** Each metric by its name. */
  public SortedMap<String, Double> numbers() {
    return Collections.unmodifiableSortedMap(columns().values(null));
  }

  /** What each metric was divided by: regions, images; of one with groups, over all of them. */
  public SortedMap<String, Double> weights() {
    return Collections.unmodifiableSortedMap(columns().weights());
  }

  /** Is told what samples give. */
  public interface Visitor {
    /**
     * A part of a number.
     *
     * @param id of the sample
     * @param group empty where the metric has none
     */
    void share(String id, String metric, String group, double sum, double weight);
  }

  /** Tells every share of every sample, in the order in which they were added. */
  public void visit(Visitor visitor) {
    for (var sample : samples) {
      for (var entry : sample.entries()) {
        visitor.share(sample.id(), entry.metric(), entry.group(), entry.sum(), entry.weight());
      }
    }
  }

  /** Each sample's own number of a metric, by id: where it is defined. */
  public SortedMap<String, Double> bySample(String metric) {
    var numbers = new TreeMap<String, Double>();
    for (var sample : samples) {
      double sum = 0;
      double weight = 0;
      for (var entry : sample.entries()) {
        if (entry.metric().equals(metric)) {
          sum += entry.sum();
          weight += entry.weight();
        }
      }
      if (weight > 0) {
        numbers.put(sample.id(), sum / weight);
      }
    }
    return Collections.unmodifiableSortedMap(numbers);
  }

  /** How much was left out, by reason. */
  public Map<String, Long> leftOut() {
    return Collections.unmodifiableMap(leftOut);
  }

  /**
   * The sums of each image.
   *
   * @throws IllegalArgumentException if two samples have one id
   */
  RatioColumns columns() {
    var sorted = new TreeMap<String, Sample>();
    for (var sample : samples) {
      if (sorted.put(sample.id(), sample) != null) {
        throw new IllegalArgumentException("sample " + sample.id() + " is there twice");
      }
    }
    return RatioColumns.of(sorted.values());
  }
}
