package ai.echogen.jobs.score;

import ai.echogen.data.shards.DropTally;
import ai.echogen.data.shards.Dropped;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.RunFiles;
import ai.echogen.jobs.cli.StopSignals;
import ai.echogen.jobs.cli.TaskProgress;
import ai.echogen.observe.Progress;
import ai.echogen.observe.ScoreSummary;
import ai.echogen.observe.Table;
import ai.echogen.observe.scores.SampleScores;
import ai.echogen.observe.scores.SampleScoresFile;
import ai.echogen.observe.scores.ScoreReport;
import ai.echogen.observe.scores.ScoredRun;
import ai.echogen.scoring.benchmarks.CaseWork;
import ai.echogen.scoring.benchmarks.Judged;
import ai.echogen.scoring.benchmarks.KeptParts;
import ai.echogen.scoring.benchmarks.PartWork;
import ai.echogen.scoring.benchmarks.Prospect;
import ai.echogen.scoring.benchmarks.Scores;
import ai.echogen.scoring.metrics.Bootstrap.Interval;
import ai.echogen.storage.LocalFiles;
import ai.echogen.storage.Location;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the numbers of all splits, and writes what a run of {@code score} leaves: {@code
 * scores.json}, {@code samples.jsonl}, the report and the table.
 */
final class ScoreOutput {
  private static final String TRAIN = "train";
  private static final String PARTS = "parts-";
  private static final int REPORTED = 20; // cases of each gallery
  private static final int MOST_KEY = 16; // hexadecimal digits
  private static final Duration EVERY = Duration.ofSeconds(5);

  private final ScoreSettings settings;
  private final SortedMap<String, Double> numbers = new TreeMap<>();
  private final SortedMap<String, ScoreSummary.Range> intervals = new TreeMap<>();
  private final SortedMap<String, String> protocol = new TreeMap<>();
  private final List<SampleScores> samples = new ArrayList<>();
  private final Map<String, String> splitOfId = new HashMap<>();
  private final DropTally leftOut = new DropTally();
  private final DropTally changed = new DropTally();
  private final List<String> warnings = new ArrayList<>();

  /**
   * @param rules of the benchmark
   */
  ScoreOutput(ScoreSettings settings, SortedMap<String, String> rules) {
    this.settings = settings;
    protocol.putAll(rules);
    protocol.put("benchmark", settings.benchmark().word());
    protocol.put(
        "samples", String.format(Locale.ROOT, "the first %d of a split", settings.count()));
    protocol.put("splits", String.join(", ", settings.splits()));
    protocol.put("intervals", String.format(Locale.ROOT, "95 %%, %d draws", settings.bootstrap()));
    for (var split : settings.splits()) {
      if (split.equals(TRAIN)) {
        protocol.put("split." + split, "train, on which it was trained");
      }
    }
  }

  /** Adds a rule that was not known before. */
  void rule(String name, String value) {
    protocol.put(name, value);
  }

  /** Takes over a split's numbers, under its name. */
  void add(String split, Scores scores, List<Judged> judged) {
    var prefix = settings.prefix(split);
    scores.numbers().forEach((name, value) -> numbers.put(prefix + name, value));
    for (Map.Entry<String, Interval> entry : scores.intervals().entrySet()) {
      var interval = entry.getValue();
      intervals.put(
          prefix + entry.getKey(), new ScoreSummary.Range(interval.low(), interval.high()));
    }
    var counted = judged.stream().filter(one -> !isLeftOut(one)).toList();
    numbers.put(prefix + "samples", (double) counted.size());
    for (var sample : scores.samples(counted)) {
      var before = splitOfId.put(sample.id(), split);
      if (before != null) {
        throw new IllegalArgumentException(
            "the sample %s is in the splits %s and %s; score them one by one"
                .formatted(sample.id(), before, split));
      }
      samples.add(sample);
    }
    judged.forEach(this::tally);
    scores.leftOut().forEach((reason, count) -> leaveOut(reason, count, ""));
  }

  /** Counts what no number is made of. */
  void leaveOut(String reason, long count, String example) {
    add(leftOut, reason, count, example);
  }

  /** Counts what numbers are made of, but not as it was asked. */
  void change(String reason, long count) {
    add(changed, reason, count, "");
  }

  private static void add(DropTally tally, String reason, long count, String example) {
    for (long i = 0; i < count; i++) {
      tally.add(reason, example);
    }
  }

  /** Says something behind the numbers. */
  void warn(String what) {
    warnings.add(what);
  }

  private void tally(Judged judged) {
    for (var finding : judged.findings()) {
      (finding.kept() ? changed : leftOut).add(finding.reason(), finding.what());
    }
  }

  static boolean isLeftOut(Judged judged) {
    return judged.findings().stream().anyMatch(finding -> !finding.kept());
  }

  /**
   * Judges the cases of a split that no earlier run has judged, and reads all, showing how far it
   * is.
   *
   * @param found fingerprints of everything that goes in
   * @param size cases of the split
   */
  List<Judged> judge(
      String split,
      List<? extends PartWork> works,
      long size,
      Map<String, String> found,
      JobContext context)
      throws IOException {
    var spark = JavaSparkContext.fromSparkContext(context.spark().sparkContext());
    var parts = parts(split, found, context);
    var name = "score: " + split;
    int there = parts.numDone();
    if (there > 0) {
      context
          .console()
          .printf(
              Locale.ROOT,
              "%s: an earlier run has finished %,d of %,d parts, which stay%n",
              name,
              there,
              works.size());
    }
    var done = spark.sc().longAccumulator("samples scored");
    spark.setJobDescription("score " + settings.benchmark().word() + " " + split);
    StopSignals.keeps("what is judged is kept; the same command goes on");
    var shown = new Progress(context.console(), name, size, EVERY);
    try (var progress = new TaskProgress(shown, done)) {
      return parts.run(spark, works, done);
    } finally {
      StopSignals.keeps(null);
      spark.setJobDescription(null);
    }
  }

  /**
   * The folder of the parts of one split: what was kept there by other settings, or of other data,
   * is another folder.
   */
  private KeptParts parts(String split, Map<String, String> found, JobContext context) {
    var version = context.provenance().path("version").asText();
    var key = version + context.settingsJson() + new TreeMap<>(found) + protocol + split;
    var name = digest(key).substring(0, MOST_KEY);
    return new KeptParts(settings.out().child(PARTS + name));
  }

  /** SHA-256 of a text, in hexadecimal. */
  static String digest(String text) {
    var digest = LocalFiles.newSha256().digest(text.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest);
  }

  /** Why samples were left out, and numbers not made of others. */
  static String reasons(List<Judged> judged, Scores scores) {
    var tally = new DropTally();
    for (var one : judged) {
      one.findings().stream()
          .filter(finding -> !finding.kept())
          .forEach(finding -> tally.add(finding.reason(), finding.what()));
    }
    scores.leftOut().forEach((reason, count) -> add(tally, reason, count, ""));
    return Prospect.listed(tally.dropped());
  }

  /** Writes everything into the run's files, and prints the table. */
  void write(RunFiles files, Map<String, String> found, JobContext context) throws IOException {
    var provenance = context.provenance();
    found.forEach(provenance::put);
    put(provenance.putObject("left_out"), leftOut);
    put(provenance.putObject("changed"), changed);
    var file = files.local().resolve(ScoreSummary.FILE);
    SampleScoresFile.write(Location.of(files.local().resolve(SampleScoresFile.NAME)), samples);
    new ScoreSummary(new TreeMap<>(numbers), intervals, protocol, provenance).write(file);
    files.publish(found);
    var run = ScoredRun.read(settings.out(), settings.out().name());
    ScoreReport.write(
        List.of(run),
        settings.out(),
        new ScoreReport.Options(Optional.empty(), REPORTED, settings.seed()));
    deleteParts();
    print(context);
  }

  /** Removes what was judged, and its pictures, where no number comes of it. */
  void discard() throws IOException {
    deleteParts();
    settings.out().child(CaseWork.PICTURES).delete();
  }

  private void deleteParts() throws IOException {
    for (var entry : settings.out().list()) {
      if (entry.getPath().getName().startsWith(PARTS)) {
        settings.out().child(entry.getPath().getName()).delete();
      }
    }
  }

  private static void put(ObjectNode object, DropTally tally) {
    for (Dropped dropped : tally.dropped()) {
      object.put(dropped.reason(), dropped.count());
    }
  }

  private void print(JobContext context) {
    var console = context.console();
    console.println(table().console());
    var rules = new Table("protocol", "");
    protocol.forEach(rules::row);
    console.println(rules.console());
    leftOut.dropped().forEach(what -> console.println("left out: " + what));
    changed.dropped().forEach(what -> console.println("counted with a change: " + what));
    warnings.forEach(console::println);
  }

  private Table table() {
    var table = new Table("score", "value", "95 % interval");
    numbers.forEach((name, value) -> table.row(name, value, shown(intervals.get(name))));
    return table;
  }

  private static String shown(ScoreSummary.@Nullable Range range) {
    return range == null
        ? ""
        : String.format(Locale.ROOT, "%.4g … %.4g", range.low(), range.high());
  }
}
