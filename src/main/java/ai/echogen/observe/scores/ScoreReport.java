package ai.echogen.observe.scores;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.echogen.config.Check;
import ai.echogen.observe.HtmlReport;
import ai.echogen.observe.Table;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;

/**
 * The report of scored runs: {@code report.html}, and its tables as {@code scores.md} and {@code
 * scores.csv}.
 *
 * <p>Several runs are checkpoints of one model in their order: the page has their curves, and the
 * cases of the last.
 */
public final class ScoreReport {
  public static final String PAGE = "report.html";
  public static final String MARKDOWN = "scores.md";
  public static final String CSV = "scores.csv";

  static final int MOST_CASES = 100; // of a gallery

  /**
   * What a report shows of the cases.
   *
   * @param metric that cases are ordered by; the most telling of those that they have if absent
   * @param cases of each gallery
   * @param seed of what chance chooses
   */
  public record Options(Optional<String> metric, int cases, long seed) {
    public Options {
      new Check()
          .that(
              "cases",
              cases >= 0 && cases <= MOST_CASES,
              String.format(Locale.ROOT, "must be 0 to %d, got %d", MOST_CASES, cases))
          .orThrow();
    }
  }

  private final List<ScoredRun> runs;
  private final ScoredRun last;
  private final List<Published> published;

  private ScoreReport(List<ScoredRun> runs) {
    this.runs = List.copyOf(runs);
    this.last = runs.get(runs.size() - 1);
    this.published = Published.of(last.summary()).stream().toList();
  }

  /**
   * Writes the three files into a directory that is there.
   *
   * @param runs at least one; samples of the last are shown
   * @param directory may be that of the last run: then the page can show its pictures large
   * @throws IllegalArgumentException if no sample has the metric that is asked for
   */
  public static void write(List<ScoredRun> runs, Location directory, Options options)
      throws IOException {
    if (runs.isEmpty()) {
      throw new IllegalArgumentException("a report needs a scored run");
    }
    var report = new ScoreReport(runs);
    var page = report.page(directory, options);
    directory.child(MARKDOWN).write(report.markdown().getBytes(UTF_8));
    directory.child(CSV).write(ScoreTables.csv(runs, report.published).getBytes(UTF_8));
    directory.child(PAGE).write(page.getBytes(UTF_8));
  }

  /** All numbers of the runs, side by side where they are several. */
  public static Table table(List<ScoredRun> runs) {
    return runs.size() == 1 ? ScoreTables.all(runs.get(0).summary()) : ScoreTables.sideBySide(runs);
  }

  private String page(Location directory, Options options) {
    var report = new HtmlReport(title());
    report.paragraph(intro());
    differences().forEach(report::paragraph);
    report.heading("Scores").table(table(runs));
    putCounts(report, "Left out", "left_out");
    putCounts(report, "Counted with a change", "changed");
    published.forEach(
        table ->
            report
                .heading("Beside published numbers")
                .table(ScoreTables.beside(table, runs))
                .paragraph(table.note()));
    if (runs.size() > 1) {
      report.heading("Checkpoints");
      CheckpointCurves.of(runs).forEach(report::chart);
    }
    var reliable = Reliability.of(last.samples());
    if (!reliable.isEmpty()) {
      putReliability(report, reliable);
    }
    putCases(report, directory, options);
    report.heading("How it was made");
    report.settings("protocol", last.summary().protocol());
    report.folded("what made the numbers", last.summary().provenance().toPrettyString());
    return report.html();
  }

  /** What the numbers of the last run are not made of, or not as it stood. */
  private void putCounts(HtmlReport report, String heading, String key) {
    var counts = last.summary().provenance().path(key);
    if (counts.isEmpty()) {
      return;
    }
    var table = new Table("why", "how many");
    counts.fields().forEachRemaining(one -> table.row(one.getKey(), one.getValue().asLong()));
    report.heading(heading).table(table);
  }

  private String title() {
    var benchmark = last.summary().benchmark();
    return (benchmark.isEmpty() ? "Scores" : benchmark)
        + ": "
        + last.name()
        + (runs.size() > 1 ? String.format(Locale.ROOT, " and %d before it", runs.size() - 1) : "");
  }

  private String intro() {
    var splits = last.samples().stream().map(SampleScores::split).distinct().sorted().toList();
    return String.format(
            Locale.ROOT, "%,d samples, of %s.", last.samples().size(), String.join(", ", splits))
        + (last.summary().intervals().isEmpty()
            ? ""
            : " Intervals are of 95 %, from a bootstrap over pictures.");
  }

  /** Of the protocols of the runs before the last. */
  private List<String> differences() {
    var all = new ArrayList<String>();
    for (var run : runs.subList(0, runs.size() - 1)) {
      for (var what : PairedSamples.differences(run.summary(), last.summary())) {
        all.add("Not alike: %s and %s in %s.".formatted(run.name(), last.name(), what));
      }
    }
    return all;
  }

  private static void putReliability(HtmlReport report, List<Reliability> all) {
    report.heading("Reliability of the reward");
    report.paragraph(
        "Whether pictures from which the model itself reads the layout back well are those in which"
            + " the detector finds it. At a rank correlation of 1 the reward orders pictures as the"
            + " detector does, at 0 it says nothing of them.");
    var table = new Table("reward", "judge", "samples", "rank correlation");
    for (var one : all) {
      table.row(one.reward(), one.judge(), one.samples(), one.rankCorrelation());
    }
    report.table(table);
    all.forEach(one -> report.chart(one.chart()));
  }

  private void putCases(HtmlReport report, Location directory, Options options) {
    var samples = last.samples();
    var metrics = SampleMetrics.of(samples);
    var leading = SampleMetrics.leading(metrics, options.metric());
    var columns = SampleMetrics.shown(metrics, leading, CaseList.MOST_COLUMNS);
    report.heading("Cases");
    if (samples.isEmpty()) {
      report.paragraph("No samples were given.");
      return;
    }
    var cases =
        samples.stream().map(sample -> Case.of(List.of(sample), values(sample, columns))).toList();
    var list =
        new CaseList(
            List.of(last),
            directory,
            columns,
            leading.map(columns::indexOf).orElse(-1),
            cases,
            galleries(leading, options),
            new GalleryChoice(cases.size(), options.seed()).drawn());
    report.paragraph(
        leading.map(metric -> "Best and worst are by " + metric + ". ").orElse("")
            + "Solid boxes were wanted, dashed ones found, dotted ones are what a detector saw.");
    CaseList.columnsNote(columns.size(), metrics.size()).ifPresent(report::paragraph);
    list.notes().forEach(report::paragraph);
    report.figure(list);
    CaseList.equip(report);
  }

  private List<Gallery> galleries(Optional<String> leading, Options options) {
    var samples = last.samples();
    var choice = new GalleryChoice(samples.size(), options.seed());
    var all = new ArrayList<Gallery>();
    if (leading.isPresent()) {
      IntToDoubleFunction number =
          place -> samples.get(place).number(leading.get()).orElse(Double.NaN);
      var lowest = choice.lowest(number, options.cases());
      var highest = choice.highest(number, options.cases());
      boolean isLowerBetter = SampleMetrics.isLowerBetter(leading.get());
      all.add(new Gallery("Worst", isLowerBetter ? highest : lowest));
      all.add(new Gallery("Best", isLowerBetter ? lowest : highest));
    }
    all.add(new Gallery("Random", choice.random(options.cases())));
    return all;
  }

  private static double[] values(SampleScores sample, List<String> columns) {
    return columns.stream()
        .mapToDouble(column -> sample.number(column).orElse(Double.NaN))
        .toArray();
  }

  private String markdown() {
    var text = new StringBuilder("# " + line(title()) + "\n\n" + line(intro()) + "\n\n");
    differences().forEach(what -> text.append(line(what)).append("\n\n"));
    text.append(table(runs).markdown()).append('\n');
    for (var table : published) {
      text.append("## Beside published numbers\n\n")
          .append(ScoreTables.beside(table, runs).markdown())
          .append('\n')
          .append(table.note())
          .append("\n\n");
    }
    var rules = new Table("protocol", "");
    last.summary().protocol().forEach(rules::row);
    return text.append("## Protocol\n\n").append(rules.markdown()).toString();
  }

  /** Text that stays in its line of Markdown, and begins no element. */
  private static String line(String text) {
    return text.replaceAll("\\R", " ").replace("<", "&lt;");
  }
}
