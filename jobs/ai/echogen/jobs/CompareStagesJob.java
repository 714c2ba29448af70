package ai.echogen.jobs;

import ai.echogen.config.Check;
import ai.echogen.jobs.cli.Job;
import ai.echogen.jobs.cli.JobContext;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.jobs.cli.RunDirectory;
import ai.echogen.jobs.cli.RunFiles;
import ai.echogen.observe.ScoresFile;
import ai.echogen.observe.StageTable;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Trains the same stages with several seeds, scores all, and says what each stage gains. */
public final class CompareStagesJob extends Job<CompareStagesJob.Settings> {
  /** What trains a row. */
  public enum Trainer {
    PRETRAIN,
    CYCLE_RL
  }

  /**
   * One model that is compared.
   *
   * @param name of the row, and of its directory
   * @param after the row whose model it starts from; empty for a new model
   * @param args of the job besides data, start, seed and output, as key=value
   */
  public record Row(String name, String after, Trainer job, List<String> args) {
    public Row {
      args = List.copyOf(args);
      new Check()
          .that(
              "name",
              name.matches("[a-z0-9-]+"),
              "must be of letters, digits and hyphens, got " + name)
          .orThrow();
    }
  }

  /**
   * @param out directory to write; an interrupted comparison goes on in it
   * @param data token shards with held-out splits
   * @param tokenizer directory of the VQ tokenizer that made them
   * @param seeds of the trainings, each of all rows
   * @param against row that the others are compared with, seed by seed
   * @param guidances to draw with when scoring
   * @param score to {@link ScoreJob} besides paths, seed and guidance, as key=value
   */
  public record Settings(
      Location out,
      Location data,
      Location tokenizer,
      List<Long> seeds,
      List<Row> rows,
      String against,
      List<Double> guidances,
      List<String> score) {
    public Settings {
      seeds = List.copyOf(seeds);
      rows = List.copyOf(rows);
      guidances = List.copyOf(guidances);
      score = List.copyOf(score);
      new Check()
          .that("out", out.isLocal(), "must be a local directory, got " + out)
          .that("seeds", !seeds.isEmpty(), "must name a seed")
          .that("guidances", !guidances.isEmpty(), "must name a guidance")
          .that("rows", fault(rows).isEmpty(), fault(rows))
          .that(
              "against",
              rows.stream().anyMatch(row -> row.name().equals(against)),
              "must be one of the rows, got " + against)
          .orThrow();
    }

    private static String fault(List<Row> rows) {
      var seen = new HashSet<String>();
      for (var row : rows) {
        if (!row.after().isEmpty() && !seen.contains(row.after())) {
          return "%s starts from '%s', which is no row before it"
              .formatted(row.name(), row.after());
        }
        if (!seen.add(row.name())) {
          return "'" + row.name() + "' is there twice";
        }
      }
      return rows.isEmpty() ? "must have a row" : "";
    }

    Location run(long seed, Row row) {
      return out.child("seed-" + seed).child(row.name());
    }

    Location scored(long seed, Row row, double guidance) {
      return out.child("seed-" + seed).child("score-%s-%s".formatted(row.name(), guidance));
    }
  }

  private static final String SECONDS = "seconds.json";

  public CompareStagesJob() {
    super(
        "compare-stages",
        "Trains the same stages with several seeds, and compares their scores.",
        Settings.class);
  }

  public static void main(String[] args) {
    JobRunner.main(new CompareStagesJob(), args);
  }

  @Override
  public List<String> plan(Settings settings) {
    var lines = new ArrayList<String>();
    for (var row : settings.rows()) {
      lines.add("%-16s %s".formatted(row.name(), String.join(" ", training(settings, 1, row))));
    }
    lines.add(
        "seeds %s; scored at guidance %s; compared with %s"
            .formatted(settings.seeds(), settings.guidances(), settings.against()));
    return lines;
  }

  /** Rows may be added to it, and seeds. */
  @Override
  public Optional<RunDirectory> directory(Settings settings) {
    return Optional.of(new RunDirectory(settings.out(), RunDirectory.Use.CONTINUED));
  }

  @Override
  public void run(Settings settings, JobContext context) throws Exception {
    try (var files = new RunFiles(directory(settings).orElseThrow(), context)) {
      compare(settings, context);
      files.publish(Map.of());
    }
    context.console().printf("wrote %s: stages.md, stages.json%n", settings.out());
  }

  private static void compare(Settings settings, JobContext context) throws Exception {
    var table = new StageTable(settings.against());
    for (long seed : settings.seeds()) {
      for (var row : settings.rows()) {
        train(settings, context, seed, row);
        var seconds = seconds(settings).get(key(seed, row));
        for (double guidance : settings.guidances()) {
          score(settings, context, seed, row, guidance);
          var at = settings.scored(seed, row, guidance).local();
          var scores = ScoresFile.read(at.resolve("scores.json"));
          table.add(new StageTable.Run(row.name(), guidance, seed), scores, seconds);
        }
      }
      write(settings, table);
      context.console().println(table.of("").console());
    }
  }

  private static void write(Settings settings, StageTable table) throws IOException {
    var out = settings.out().local();
    Files.writeString(out.resolve("stages.md"), table.markdown());
    ScoresFile.write(out.resolve("stages.json"), table.all());
  }

  private static void train(Settings settings, JobContext context, long seed, Row row)
      throws Exception {
    if (RunDirectory.isFinished(settings.run(seed, row))) {
      return;
    }
    var args = training(settings, seed, row);
    context
        .console()
        .printf(Locale.ROOT, "— seed %d, %s: %s%n", seed, row.name(), String.join(" ", args));
    long start = System.nanoTime();
    boolean isWhole = !Files.exists(settings.run(seed, row).local());
    Job<?> job = row.job() == Trainer.PRETRAIN ? new PretrainJob() : new CycleRLJob();
    JobRunner.runWithin(context, job, args);
    if (isWhole) {
      var seconds = seconds(settings);
      seconds.put(key(seed, row), (System.nanoTime() - start) / 1e9);
      ScoresFile.write(settings.out().local().resolve(SECONDS), seconds);
    }
  }

  private static List<String> training(Settings settings, long seed, Row row) {
    var args = new ArrayList<String>();
    args.add("out=" + settings.run(seed, row));
    args.add("data=" + settings.data());
    args.add("train.seed=" + seed);
    if (row.job() == Trainer.CYCLE_RL) {
      args.add("prompts=" + settings.data());
    }
    settings.rows().stream()
        .filter(other -> other.name().equals(row.after()))
        .map(other -> "init=" + settings.run(seed, other).child("model"))
        .findAny()
        .ifPresentOrElse(args::add, () -> args.add("tokenizer=" + settings.tokenizer()));
    args.addAll(row.args());
    return args;
  }

  private static void score(
      Settings settings, JobContext context, long seed, Row row, double guidance) throws Exception {
    var out = settings.scored(seed, row, guidance);
    if (Files.exists(out.local().resolve("scores.json"))) {
      return;
    }
    var args = new ArrayList<String>();
    args.add("model=" + settings.run(seed, row).child("model"));
    args.add("data=" + settings.data());
    args.add("out=" + out);
    args.add("guidance=" + guidance);
    args.addAll(settings.score());
    JobRunner.runWithin(context, new ScoreJob(), args);
  }

  private static String key(long seed, Row row) {
    return String.format(Locale.ROOT, "seed-%d.%s", seed, row.name());
  }

  /** How long each training took, of those that ran to their end at one go. */
  private static Map<String, Double> seconds(Settings settings) throws IOException {
    Path file = settings.out().local().resolve(SECONDS);
    return Files.exists(file) ? new HashMap<>(ScoresFile.read(file)) : new HashMap<>();
  }
}
