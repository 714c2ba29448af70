package ai.echogen.jobs.stats;

import ai.echogen.data.stats.Histogram;
import ai.echogen.data.stats.TextCounts;
import ai.echogen.observe.BarChart;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;

/** The bar charts of {@link StatsReport}. */
final class StatsCharts {
  private StatsCharts() {}

  /** The most frequent, at most so many. */
  static BarChart texts(String title, TextCounts counts, int most) {
    var shown = counts.most().stream().limit(most).toList();
    var chart =
        new BarChart(
            shown.size() < counts.distinct()
                ? String.format(
                    Locale.ROOT, "%s: the first %d of %,d", title, shown.size(), counts.distinct())
                : title);
    shown.forEach(
        entry -> chart.bar(entry.text().isBlank() ? "(none)" : entry.text(), entry.count()));
    return chart;
  }

  /** Image files by their endings. */
  static BarChart formats(Map<String, Long> formats) {
    var chart = new BarChart("Formats of the image files");
    formats.forEach(chart::bar);
    return chart;
  }

  /** Ranges of whole numbers: {@code 3}, {@code 5–9}, {@code 10 or more}. */
  static BarChart whole(String title, Histogram histogram) {
    var chart = new BarChart(title);
    var edges = histogram.edges();
    for (int i = 0; i < edges.size(); i++) {
      long from = edges.get(i).longValue();
      var label =
          i == edges.size() - 1
              ? from + " or more"
              : edges.get(i + 1).longValue() == from + 1
                  ? Long.toString(from)
                  : from + "–" + (edges.get(i + 1).longValue() - 1);
      chart.bar(label, histogram.counts().get(i));
    }
    return chart;
  }

  /** Ranges of shares: {@code 0.5–1 %}. */
  static BarChart shares(String title, Histogram histogram) {
    var chart = new BarChart(title);
    var edges = histogram.edges();
    for (int i = 0; i < edges.size(); i++) {
      double to = i == edges.size() - 1 ? 1 : edges.get(i + 1);
      chart.bar(percent(edges.get(i)) + "–" + percent(to) + " %", histogram.counts().get(i));
    }
    return chart;
  }

  private static String percent(double share) {
    return BigDecimal.valueOf(share).movePointRight(2).stripTrailingZeros().toPlainString();
  }
}
