package ai.echogen.observe.scores;

import ai.echogen.observe.HtmlReport;
import ai.echogen.storage.Location;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The page of two systems side by side: their differences, and the cases that changed most. */
public final class ComparisonReport {
  private static final int PARTS = 3; // columns of a metric: difference, first, second

  private final Comparison comparison;
  private final ScoreReport.Options options;
  private final Optional<String> leading;
  private final List<String> metrics; // that each case has numbers of

  private ComparisonReport(Comparison comparison, ScoreReport.Options options) {
    var all = comparison.differences().stream().map(MetricDifference::metric).toList();
    this.comparison = comparison;
    this.options = options;
    this.leading = SampleMetrics.leading(all, options.metric());
    this.metrics = SampleMetrics.shown(all, leading, CaseList.MOST_COLUMNS / PARTS);
  }

  /**
   * The page.
   *
   * @param directory that it will lie in
   * @throws IllegalArgumentException if the metric that is asked for is not compared
   */
  public static String html(
      Comparison comparison, Location directory, ScoreReport.Options options) {
    return new ComparisonReport(comparison, options).page(directory);
  }

  private String page(Location directory) {
    var first = comparison.first();
    var second = comparison.second();
    var report = new HtmlReport(first.name() + " and " + second.name() + ", compared");
    counts().forEach(report::paragraph);
    comparison
        .samples()
        .differences()
        .forEach(what -> report.paragraph("Not alike, and compared all the same: " + what + "."));
    report.heading("Differences").table(comparison.table());
    report.paragraph(
        "Of the samples of both; the difference is the second's number less the first's. Intervals"
            + " are of 95 %, from a bootstrap that draws the same pictures for both. Each p is of"
            + " its score alone: among twenty scores without any difference one is expected below"
            + " 0.05.");
    comparison
        .others()
        .ifPresent(
            table ->
                report
                    .subheading("Numbers that samples have no part of")
                    .table(table)
                    .paragraph("Over all samples of each system, as its scores.json has them."));
    putCases(report, directory);
    report.heading("How they were made");
    for (var run : List.of(first, second)) {
      var about = new LinkedHashMap<String, String>();
      about.put("directory", run.place().toString());
      about.putAll(run.summary().protocol());
      report.settings("protocol of " + run.name(), about);
      report.folded(
          "what made the numbers of " + run.name(), run.summary().provenance().toPrettyString());
    }
    return report.html();
  }

  private List<String> counts() {
    var samples = comparison.samples();
    var lines = new ArrayList<String>();
    lines.add(String.format(Locale.ROOT, "Compared on %,d samples.", samples.first().size()));
    addLeftOut(lines, comparison.first().name(), samples.onlyFirst());
    addLeftOut(lines, comparison.second().name(), samples.onlySecond());
    return lines;
  }

  private static void addLeftOut(List<String> lines, String name, List<String> ids) {
    if (!ids.isEmpty()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "Left out, as only %s has them: %,d, such as %s.",
              name,
              ids.size(),
              ids.get(0)));
    }
  }

  private void putCases(HtmlReport report, Location directory) {
    report.heading("Cases");
    var pairs = comparison.samples();
    var cases = new ArrayList<Case>();
    for (int i = 0; i < pairs.first().size(); i++) {
      cases.add(Case.of(List.of(pairs.first().get(i), pairs.second().get(i)), values(i)));
    }
    var choice = new GalleryChoice(cases.size(), options.seed());
    var list =
        new CaseList(
            List.of(comparison.first(), comparison.second()),
            directory,
            columns(),
            leading.map(metric -> PARTS * metrics.indexOf(metric)).orElse(-1),
            cases,
            galleries(choice, options.cases()),
            choice.drawn());
    report.paragraph(
        leading.map(metric -> "The largest changes are by " + metric + ". ").orElse("")
            + "Solid boxes were wanted, dashed ones found, dotted ones are what a detector saw.");
    CaseList.columnsNote(metrics.size(), comparison.differences().size())
        .ifPresent(report::paragraph);
    list.notes().forEach(report::paragraph);
    report.figure(list);
    CaseList.equip(report);
  }

  private List<String> columns() {
    var columns = new ArrayList<String>();
    for (var metric : metrics) {
      columns.add(metric + ", difference");
      columns.add(metric + ", " + comparison.first().name());
      columns.add(metric + ", " + comparison.second().name());
    }
    return columns;
  }

  private double[] values(int place) {
    var values = new double[PARTS * metrics.size()];
    for (int m = 0; m < metrics.size(); m++) {
      double first = number(comparison.samples().first().get(place), metrics.get(m));
      double second = number(comparison.samples().second().get(place), metrics.get(m));
      values[PARTS * m] = second - first;
      values[PARTS * m + 1] = first;
      values[PARTS * m + 2] = second;
    }
    return values;
  }

  private static double number(SampleScores sample, String metric) {
    return sample.number(metric).orElse(Double.NaN);
  }

  private List<Gallery> galleries(GalleryChoice choice, int most) {
    var galleries = new ArrayList<Gallery>();
    leading.ifPresent(
        metric -> {
          var lost = choice.lowest(place -> negative(gain(place, metric)), most);
          var won = choice.lowest(place -> negative(-gain(place, metric)), most);
          galleries.add(new Gallery("Regressions", lost));
          galleries.add(new Gallery("Gains", won));
        });
    galleries.add(new Gallery("Random", choice.random(most)));
    return galleries;
  }

  /** By how much the second is better. */
  private double gain(int place, String metric) {
    double difference =
        number(comparison.samples().second().get(place), metric)
            - number(comparison.samples().first().get(place), metric);
    return SampleMetrics.isLowerBetter(metric) ? -difference : difference;
  }

  private static double negative(double value) {
    return value < 0 ? value : Double.NaN;
  }
}
