package ai.echogen.observe;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.apache.commons.math3.stat.inference.TTest;
import org.jspecify.annotations.Nullable;

/**
 * Scores of several stages, each trained with several seeds: means, standard deviations, and what a
 * stage gains over another, seed by seed.
 */
public final class StageTable {
  /** One model, drawn from with one guidance. */
  public record Run(String row, double guidance, long seed) {}

  private record Group(String row, double guidance) {}

  private static final String AP50 = "layout.ap50";
  private static final List<String> COLUMNS =
      List.of(
          AP50,
          "layout.ap75",
          "layout.mean_iou",
          "layout.color_right",
          "layout.shape_right",
          "picked.ap50",
          "best.ap50",
          "cycle.mean_iou",
          "grounding.acc50",
          "grounding.acc75",
          "frechet.drawing");
  private static final String SECONDS = "seconds";

  private final String against;
  private final Map<Group, Map<Long, Map<String, Double>>> runs = new LinkedHashMap<>();

  /**
   * @param against row that the others are compared with
   */
  public StageTable(String against) {
    this.against = against;
  }

  /**
   * Adds a run's scores.
   *
   * @param scores by flat names; those of splits other than test carry the split's name first
   * @param seconds of its training, if it was measured
   */
  public void add(Run run, Map<String, Double> scores, @Nullable Double seconds) {
    var all = new TreeMap<>(scores);
    if (seconds != null) {
      all.put(SECONDS, seconds);
    }
    runs.computeIfAbsent(new Group(run.row(), run.guidance()), group -> new TreeMap<>())
        .put(run.seed(), all);
  }

  /**
   * The table of one split.
   *
   * @param split such as {@code "test_attributes."}, or empty for the split test
   */
  public Table of(String split) {
    var columns = new ArrayList<>(List.of("stage", "guidance", "seeds"));
    var measured = COLUMNS.stream().filter(name -> isMeasured(split + name)).toList();
    measured.forEach(name -> columns.add(name.replaceFirst("^layout\\.", "").replace('.', ' ')));
    columns.addAll(List.of(SECONDS, "AP50 gained", "p"));
    var table = new Table(columns.toArray(String[]::new));
    runs.forEach(
        (group, seeds) -> {
          var row =
              new ArrayList<Object>(List.of(group.row(), plain(group.guidance()), seeds.size()));
          measured.forEach(name -> row.add(spread(values(seeds, split + name))));
          row.add(spread(values(seeds, SECONDS)));
          row.addAll(gain(group, seeds, split));
          table.row(row.toArray());
        });
    return table;
  }

  /** Every split's table. */
  public String markdown() {
    var text = new StringBuilder();
    for (var split : splits()) {
      text.append("## ").append(split.isEmpty() ? "test" : split.replace(".", "")).append("\n\n");
      text.append(of(split).markdown()).append('\n');
    }
    return text.toString();
  }

  /** Every number, by {@code stage.guidance.seed.name}. */
  public Map<String, Double> all() {
    var all = new TreeMap<String, Double>();
    runs.forEach(
        (group, seeds) ->
            seeds.forEach(
                (seed, scores) ->
                    scores.forEach(
                        (name, value) ->
                            all.put(
                                String.format(
                                    Locale.ROOT,
                                    "%s.guidance-%s.seed-%d.%s",
                                    group.row(),
                                    group.guidance(),
                                    seed,
                                    name),
                                value))));
    return all;
  }

  private boolean isMeasured(String name) {
    return runs.values().stream()
        .flatMap(seeds -> seeds.values().stream())
        .anyMatch(scores -> scores.containsKey(name));
  }

  private TreeSet<String> splits() {
    var splits = new TreeSet<String>();
    for (var seeds : runs.values()) {
      for (var scores : seeds.values()) {
        scores.keySet().stream()
            .filter(name -> name.endsWith(AP50))
            .forEach(name -> splits.add(name.substring(0, name.length() - AP50.length())));
      }
    }
    return splits;
  }

  private static double[] values(Map<Long, Map<String, Double>> seeds, String name) {
    return seeds.values().stream()
        .map(scores -> scores.get(name))
        .filter(value -> value != null)
        .mapToDouble(Double::doubleValue)
        .toArray();
  }

  /** A number without zeros behind its point. */
  private static String plain(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  /** Mean and, of several, the standard deviation. */
  private static String spread(double[] values) {
    if (values.length == 0) {
      return "";
    }
    var statistics = new SummaryStatistics();
    for (double value : values) {
      statistics.addValue(value);
    }
    var form = form(statistics.getMean());
    return values.length == 1
        ? String.format(Locale.ROOT, form, statistics.getMean())
        : String.format(
            Locale.ROOT,
            form + " ± " + form,
            statistics.getMean(),
            statistics.getStandardDeviation());
  }

  /** Three digits, at least. */
  private static String form(double mean) {
    double size = Math.abs(mean);
    return size >= 10 ? "%.0f" : size >= 0.01 ? "%.3f" : "%.5f";
  }

  /** AP50 more than the other row's with the same seed and guidance, and p of a paired t-test. */
  private List<String> gain(Group group, Map<Long, Map<String, Double>> seeds, String split) {
    var others = runs.get(new Group(against, group.guidance()));
    if (others == null || group.row().equals(against)) {
      return List.of("", "");
    }
    var mine = new ArrayList<Double>();
    var theirs = new ArrayList<Double>();
    seeds.forEach(
        (seed, scores) -> {
          var other = others.getOrDefault(seed, Map.of()).get(split + AP50);
          var own = scores.get(split + AP50);
          if (other != null && own != null) {
            mine.add(own);
            theirs.add(other);
          }
        });
    var gains = new double[mine.size()];
    for (int i = 0; i < gains.length; i++) {
      gains[i] = mine.get(i) - theirs.get(i);
    }
    double p = gains.length < 2 ? Double.NaN : new TTest().tTest(0, gains);
    return List.of(spread(gains), Double.isNaN(p) ? "" : String.format(Locale.ROOT, "%.3g", p));
  }
}
