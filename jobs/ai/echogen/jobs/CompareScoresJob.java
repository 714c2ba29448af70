package ai.echogen.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.echogen.config.Check;
import ai.echogen.jobs.cli.Job;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.observe.scores.Comparison;
import ai.echogen.observe.scores.ComparisonReport;
import ai.echogen.observe.scores.MetricDifference;
import ai.echogen.observe.scores.PairedSamples;
import ai.echogen.observe.scores.SampleMetrics;
import ai.echogen.observe.scores.SampleScores;
import ai.echogen.observe.scores.ScoreReport;
import ai.echogen.observe.scores.ScoredRun;
import ai.echogen.scoring.metrics.Bootstrap;
import ai.echogen.scoring.metrics.RatioTable;
import ai.echogen.storage.Location;
import ai.echogen.storage.StagedDirectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Compares two systems that were scored on the same samples. */
public final class CompareScoresJob extends Job<CompareScoresJob.Settings> {
  private static final String NUMBERS = "differences.json";
  private static final String SAMPLES = "differences.jsonl";
  private static final int MOST_DRAWS = 100_000;

  /**
   * The section {@code compare-scores} of reference.conf.
   *
   * @param first directory that {@code score} wrote
   * @param second another one
   * @param out directory to write
   * @param metric that regressions are found by; the most telling if absent
   * @param cases of each gallery
   * @param draws of the bootstrap
   * @param seed of the bootstrap, and of the cases that chance chooses
   * @param allowDifferent whether other data or another protocol is no error
   */
  public record Settings(
      Location first,
      Location second,
      Location out,
      Optional<String> metric,
      int cases,
      int draws,
      long seed,
      boolean allowDifferent) {
    public Settings {
      new Check()
          .that("second", !second.equals(first), "must be another directory than first")
          .that(
              "draws",
              draws >= 1 && draws <= MOST_DRAWS,
              String.format(Locale.ROOT, "must be 1 to %d, got %d", MOST_DRAWS, draws))
          .orThrow();
      var unused = new ScoreReport.Options(metric, cases, seed); // checks
    }

    private ScoreReport.Options options() {
      return new ScoreReport.Options(metric, cases, seed);
    }
  }

  /** What is compared, before anything is computed. */
  private record Inputs(ScoredRun first, ScoredRun second, PairedSamples pairs) {}

  public CompareScoresJob() {
    super(
        "compare-scores",
        "Compares two scored systems on the same samples: differences, intervals, regressions.",
        Settings.class);
  }

  public static void main(String[] args) {
    JobRunner.main(new CompareScoresJob(), args);
  }

  @Override
  public List<String> plan(Settings settings) throws IOException {
    StagedDirectory.requireFree(settings.out());
    var inputs = inputs(settings);
    var lines = new ArrayList<String>();
    var samples = inputs.pairs().first().size();
    lines.add(
        String.format(
            Locale.ROOT,
            "compares %s with %s on %,d samples, in %,d draws",
            inputs.second().name(),
            inputs.first().name(),
            samples,
            settings.draws()));
    lines.addAll(leftOut(inputs));
    lines.add("writes " + settings.out() + ": " + files());
    return lines;
  }

  @Override
  public void run(Settings settings, JobContext context) throws IOException {
    var inputs = inputs(settings);
    var console = context.console();
    inputs.pairs().differences().forEach(what -> console.println("not alike: " + what));
    leftOut(inputs).forEach(console::println);
    var comparison =
        new Comparison(
            inputs.first(), inputs.second(), inputs.pairs(), differences(inputs, settings));
    try (var staged = new StagedDirectory(settings.out())) {
      var json = comparison.json();
      json.set("provenance", context.provenance());
      var place = staged.place();
      place.child(NUMBERS).write((json.toPrettyString() + "\n").getBytes(UTF_8));
      try (var lines = place.child(SAMPLES).create()) {
        comparison.writeSamples(lines);
      }
      place
          .child(ScoreReport.PAGE)
          .write(ComparisonReport.html(comparison, place, settings.options()).getBytes(UTF_8));
      staged.publish();
    }
    console.print(comparison.table().console());
    console.printf("wrote %s: %s%n", settings.out(), files());
  }

  private static Inputs inputs(Settings settings) throws IOException {
    settings.first().requireDirectory("first");
    settings.second().requireDirectory("second");
    boolean areNamesAlike = settings.first().name().equals(settings.second().name());
    var first = read(settings.first(), areNamesAlike);
    var second = read(settings.second(), areNamesAlike);
    var pairs = PairedSamples.of(first, second);
    if (pairs.first().isEmpty()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "first=%s and second=%s have no sample in common, of %,d and %,d; score both on the"
                  + " same data",
              settings.first(),
              settings.second(),
              first.samples().size(),
              second.samples().size()));
    }
    if (!pairs.differences().isEmpty() && !settings.allowDifferent()) {
      throw new IllegalArgumentException(
          "first=%s and second=%s were not scored alike: %s; score them alike, or give allowDifferent=true"
              .formatted(
                  settings.first(), settings.second(), String.join("; ", pairs.differences())));
    }
    var unused = SampleMetrics.leading(common(pairs), settings.metric()); // checks that it is there
    if (common(pairs).isEmpty()) {
      throw new IllegalArgumentException(
          "first=%s and second=%s have no score in common that samples have a part of"
              .formatted(settings.first(), settings.second()));
    }
    return new Inputs(first, second, pairs);
  }

  private static ScoredRun read(Location place, boolean isNamedWhole) throws IOException {
    return ScoredRun.read(place, isNamedWhole ? place.toString() : place.name());
  }

  private static List<String> common(PairedSamples pairs) {
    var metrics = new ArrayList<>(SampleMetrics.of(pairs.first()));
    metrics.retainAll(SampleMetrics.of(pairs.second()));
    return metrics;
  }

  private static List<MetricDifference> differences(Inputs inputs, Settings settings) {
    var pairs = inputs.pairs();
    var first = new RatioTable();
    var second = new RatioTable();
    for (int i = 0; i < pairs.first().size(); i++) {
      var image = pairs.first().get(i).image(); // the same for both, or the user allows another
      add(first, pairs.first().get(i), image);
      add(second, pairs.second().get(i), image);
    }
    var all = new ArrayList<MetricDifference>();
    Bootstrap.compare(first, second, settings.draws(), settings.seed())
        .forEach(
            (metric, of) ->
                all.add(
                    new MetricDifference(
                        metric,
                        of.first(),
                        of.second(),
                        of.difference().value(),
                        of.difference().low(),
                        of.difference().high(),
                        of.p(),
                        of.difference().draws())));
    return all;
  }

  private static void add(RatioTable table, SampleScores sample, String image) {
    var row = table.row(sample.id(), image);
    sample
        .numbers()
        .forEach(
            (metric, groups) ->
                groups.forEach(
                    (group, share) -> row.add(metric, group, share.sum(), share.weight())));
  }

  private static List<String> leftOut(Inputs inputs) {
    var lines = new ArrayList<String>();
    addLeftOut(lines, "first", inputs.pairs().onlyFirst());
    addLeftOut(lines, "second", inputs.pairs().onlySecond());
    var metrics = common(inputs.pairs());
    for (var run : List.of(inputs.first(), inputs.second())) {
      var alone = new ArrayList<>(SampleMetrics.of(run.samples()));
      alone.removeAll(metrics);
      if (!alone.isEmpty()) {
        lines.add("only in %s: the scores %s".formatted(run.name(), String.join(", ", alone)));
      }
    }
    return lines;
  }

  private static void addLeftOut(List<String> lines, String which, List<String> ids) {
    if (!ids.isEmpty()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "only in %s, and left out: %,d samples, such as %s",
              which,
              ids.size(),
              ids.get(0)));
    }
  }

  private static String files() {
    return String.join(", ", ScoreReport.PAGE, NUMBERS, SAMPLES);
  }
}
