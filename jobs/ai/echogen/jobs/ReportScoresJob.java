package ai.echogen.jobs;

import ai.echogen.config.Check;
import ai.echogen.jobs.cli.Job;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.observe.scores.SampleMetrics;
import ai.echogen.observe.scores.ScoreReport;
import ai.echogen.observe.scores.ScoredRun;
import ai.echogen.storage.Location;
import ai.echogen.storage.StagedDirectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Makes one report of several scored checkpoints. */
public final class ReportScoresJob extends Job<ReportScoresJob.Settings> {
  /**
   * The section {@code report-scores} of reference.conf.
   *
   * @param runs directories that {@code score} wrote, in their order
   * @param out directory to write
   * @param metric that best and worst cases are found by; the most telling if absent
   * @param cases of each gallery
   * @param seed of the cases that chance chooses
   */
  public record Settings(
      List<Location> runs, Location out, Optional<String> metric, int cases, long seed) {
    public Settings {
      runs = List.copyOf(runs);
      new Check()
          .that("runs", !runs.isEmpty(), "must name a directory that score wrote")
          .that("runs", new HashSet<>(runs).size() == runs.size(), "must name each once")
          .orThrow();
      var unused = new ScoreReport.Options(metric, cases, seed); // checks
    }

    private ScoreReport.Options options() {
      return new ScoreReport.Options(metric, cases, seed);
    }
  }

  public ReportScoresJob() {
    super(
        "report-scores",
        "Makes one page of several scored checkpoints: curves, published rows, cases.",
        Settings.class);
  }

  public static void main(String[] args) {
    JobRunner.main(new ReportScoresJob(), args);
  }

  @Override
  public List<String> plan(Settings settings) throws IOException {
    StagedDirectory.requireFree(settings.out());
    var runs = runs(settings);
    var last = runs.get(runs.size() - 1);
    return List.of(
        String.format(
            Locale.ROOT,
            "reports %d runs, and %,d cases of %s",
            runs.size(),
            last.samples().size(),
            last.name()),
        "writes " + settings.out() + ": " + files());
  }

  @Override
  public void run(Settings settings, JobContext context) throws IOException {
    var runs = runs(settings);
    try (var staged = new StagedDirectory(settings.out())) {
      ScoreReport.write(runs, staged.place(), settings.options());
      staged.publish();
    }
    context.console().print(ScoreReport.table(runs).console());
    context.console().printf("wrote %s: %s%n", settings.out(), files());
  }

  /** The last with its samples. */
  private static List<ScoredRun> runs(Settings settings) throws IOException {
    var places = settings.runs();
    boolean areNamesAlike = places.stream().map(Location::name).distinct().count() < places.size();
    var runs = new ArrayList<ScoredRun>();
    for (var place : places) {
      place.requireDirectory("runs");
      var name = areNamesAlike ? place.toString() : place.name();
      boolean isLast = runs.size() == places.size() - 1;
      runs.add(isLast ? ScoredRun.read(place, name) : ScoredRun.readSummary(place, name));
    }
    var last = runs.get(runs.size() - 1);
    var unused =
        SampleMetrics.leading(SampleMetrics.of(last.samples()), settings.metric()); // checks
    return runs;
  }

  private static String files() {
    return String.join(", ", ScoreReport.PAGE, ScoreReport.MARKDOWN, ScoreReport.CSV);
  }
}
