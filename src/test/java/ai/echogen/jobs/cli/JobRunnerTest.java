package ai.echogen.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.config.Check;
import ai.echogen.config.Reference;
import ai.echogen.jobs.SynthesizeJob;
import ai.echogen.train.TrainingException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Encoders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobRunnerTest {
  record Counting(int to, Ending ending) {
    Counting {
      new Check().that("to", to >= 1, "must be >= 1, got " + to).orThrow();
    }
  }

  enum Ending {
    WELL,
    USER_ERROR,
    USER_ERROR_IN_TASK,
    TRAINING_ERROR,
    TRAINING_ERROR_IN_TASK,
    BUG,
    BUG_IN_TASK,
    TOO_LARGE
  }

  static final class CountJob extends Job<Counting> {
    CountJob() {
      super("count", "Counts.", Counting.class);
    }

    @Override
    public List<String> plan(Counting settings) {
      return List.of("counts to " + settings.to());
    }

    @Override
    public Map<String, String> shorthands() {
      return Map.of("--far", "to=1000");
    }

    @Override
    public void run(Counting settings, JobContext context) {
      switch (settings.ending()) {
        case WELL -> context.console().println("counted " + context.settingsJson());
        case USER_ERROR -> throw new IllegalArgumentException("a.json: 3: no boxes\nb.json: empty");
        case USER_ERROR_IN_TASK -> count(context, CountJob::refuse);
        case TRAINING_ERROR ->
            throw new TrainingException(
                "steps 0-9: worker 3 is lost\nset checkpoints.every", new IOException("reset"));
        case TRAINING_ERROR_IN_TASK -> {
          try {
            count(context, CountJob::divide);
          } catch (Exception e) { // also Spark's, which its compiler does not check
            throw new TrainingException("steps 0-9: " + e.getMessage(), e);
          }
        }
        case BUG -> throw new IllegalStateException("outer", new ArithmeticException("inner"));
        case TOO_LARGE ->
            throw new IllegalStateException(
                "Job aborted due to stage failure: Total size of serialized results of 4 tasks"
                    + " (4.0 MiB) is bigger than spark.driver.maxResultSize (1.0 MiB)");
        case BUG_IN_TASK -> count(context, CountJob::divide);
      }
    }

    @Override
    public List<String> measure(Counting settings, JobContext context) throws Exception {
      return settings.to() == 5
          ? super.measure(settings, context)
          : List.of("a number takes 1 ns, with " + context.settingsJson());
    }

    private static void count(JobContext context, MapFunction<Long, Long> task) {
      context.spark().range(1).map(task, Encoders.LONG()).count();
    }

    private static Long divide(Long row) {
      return 1 / row;
    }

    private static Long refuse(Long row) {
      try {
        return Long.parseLong("no number");
      } catch (NumberFormatException e) { // of a library, which says less
        throw new IllegalArgumentException("row " + row + " is refused", e);
      }
    }
  }

  private static final Reference REFERENCE =
      Reference.of(
          """
          count {
            # The last number.
            to = 3
            # How it ends.
            ending = well
          }
          """);

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void runsTheJobWithItsSettings() {
    assertThat(run("to=4")).isZero();
    assertThat(text(out)).isEqualTo("counted {\"ending\":\"well\",\"to\":4}\n");
    assertThat(text(err)).isEmpty();
  }

  @Test
  void measuresInPlaceOfRunning() {
    assertThat(run("--dry-run=measure", "to=4")).isZero();
    assertThat(text(out))
        .contains("to", "counts to 4\na number takes 1 ns, with {\"ending\":\"well\",\"to\":4}\n")
        .doesNotContain("counted");
    assertThat(run("to=5", "--dry-run=measure")).isEqualTo(2);
    assertThat(text(err))
        .isEqualTo("error: count cannot be measured beforehand; --dry-run says what it would do\n");
  }

  @Test
  void readsEveryConfigFile(@TempDir Path dir) throws Exception {
    var first = Files.writeString(dir.resolve("a.conf"), "to = 5");
    var second = Files.writeString(dir.resolve("b.conf"), "to = 6");
    assertThat(run("--config", first.toString(), "--config=" + second, "--dry-run")).isZero();
    assertThat(text(out)).contains("to     = 6     # " + second + ": 1");
  }

  @Test
  void dryRunPrintsKeysWithOriginsThenThePlanAndStops() {
    assertThat(run("--dry-run", "to=4")).isZero();
    assertThat(text(out))
        .isEqualTo(
            """
            ending = well  # reference.conf: 5
            to     = 4     # command line
            counts to 4
            """);
  }

  @Test
  void helpListsKeysWithDefaultsAndComments() {
    assertThat(run("--help")).isZero();
    assertThat(text(out))
        .contains("./echogen count", "Counts.", "--dry-run", "--far", "to=1000")
        .endsWith("  # The last number.\n  to = 3\n  # How it ends.\n  ending = well\n");
  }

  @Test
  void versionsAreThoseOfAllThatMatters() {
    assertThat(run("--version")).isZero();
    assertThat(text(out).lines())
        .first()
        .asString()
        .matches("echogen \\d\\S+( \\([0-9a-f]{7,}\\+?\\))?");
    assertThat(text(out))
        .contains("java         17", "spark        3.5.", "djl          0.", "libtorch     2.")
        .doesNotContain("$", "null");
  }

  @Test
  void shorthandsStandForKeys() {
    assertThat(run("--far", "--dry-run")).isZero();
    assertThat(text(out)).contains("counts to 1000");
  }

  @Test
  void badSettingsAreOneLineEachAndCodeTwo() {
    assertThat(run("to=0", "endng=well")).isEqualTo(2);
    assertThat(text(err).lines())
        .containsExactlyInAnyOrder(
            "error: command line: to must be >= 1, got 0",
            "error: command line: endng is not a key; did you mean ending?");
    assertThat(text(out)).isEmpty();
  }

  /** A file from elsewhere may hold what moves a terminal's cursor, or turns a line round. */
  @Test
  void whatAMessageQuotesIsShownAndNotObeyed() {
    assertThat(run("to=\u001B[2J\u202Ex")).isEqualTo(2);
    assertThat(text(err)).contains("\uFFFD[2J\uFFFDx").doesNotContain("\u001B", "\u202E");
  }

  @Test
  void unknownOptionsAreRefusedWithTheWayOut() {
    assertThat(run("--frobnicate")).isEqualTo(2);
    assertThat(text(err))
        .isEqualTo("error: Unknown option: '--frobnicate'; see ./echogen count --help\n");
  }

  @Test
  void userErrorsAreLinesWithoutAStackTrace() {
    assertThat(run("ending=user-error")).isEqualTo(2);
    assertThat(text(err)).isEqualTo("error: a.json: 3: no boxes\nerror: b.json: empty\n");
  }

  @Test
  void userErrorsInsideASparkTaskAreLinesToo() {
    assertThat(runOnSpark("ending=user-error-in-task")).isEqualTo(2);
    assertThat(text(err)).isEqualTo("error: row 0 is refused\n");
  }

  @Test
  void trainingErrorsAreTheirMessageAndCodeOne() {
    assertThat(run("ending=training-error")).isEqualTo(1);
    assertThat(text(err))
        .isEqualTo("error: steps 0-9: worker 3 is lost\nerror: set checkpoints.every\n");
  }

  @Test
  void bugsShowTheRootCauseItsLineAndTheWayToTheTrace() {
    assertThat(run("ending=bug")).isEqualTo(1);
    assertThat(text(err))
        .matches(
            """
            error: count: java\\.lang\\.ArithmeticException: inner
              at ai\\.echogen\\.jobs\\.cli\\.JobRunnerTest\\$CountJob\\.run\\(JobRunnerTest\\.java:\\d+\\)
              set ECHOGEN_TRACE=1 in the environment to see the whole stack trace
            """);
  }

  @ParameterizedTest
  @CsvSource({"bug-in-task, ''", "training-error-in-task, 'steps 0-9: '"})
  void bugsInsideASparkTaskShowTheTaskToo(String ending, String step) {
    assertThat(runOnSpark("ending=" + ending)).isEqualTo(1);
    assertThat(text(err))
        .matches(
            """
            error: count: %stask \\d in stage \\d+\\.0 on executor driver \\(\\S+\\): \
            java\\.lang\\.ArithmeticException: / by zero
              at ai\\.echogen\\.jobs\\.cli\\.JobRunnerTest\\$CountJob\\.divide\\(JobRunnerTest\\.java:\\d+\\)
              set ECHOGEN_TRACE=1 in the environment to see the whole stack trace
            """
                .formatted(step));
  }

  @Test
  void traceFollowsTheRootCauseWhereTheEnvironmentAsksForIt() {
    assertThat(run(Map.of("ECHOGEN_TRACE", "1"), "ending=bug")).isEqualTo(1);
    assertThat(text(err).lines().toList())
        .startsWith("error: count: java.lang.ArithmeticException: inner")
        .contains("java.lang.IllegalStateException: outer")
        .noneMatch(line -> line.contains("ECHOGEN_TRACE"))
        .anyMatch(line -> line.startsWith("\tat ai.echogen.jobs."));
  }

  @ParameterizedTest
  @CsvSource({"--dry-run", "count=1"})
  void aPlaceThatCannotBeWrittenToIsRefusedBeforeAnythingIsDone(String word, @TempDir Path dir)
      throws Exception {
    var file = Files.writeString(dir.resolve("file"), "");
    var runner = new JobRunner(Reference.builtIn(), stream(out), stream(err), Map.of());
    assertThat(runner.run(new SynthesizeJob(), List.of("out=" + file + "/scenes", word)))
        .isEqualTo(2);
    assertThat(text(out)).isEmpty();
    assertThat(text(err).lines())
        .containsExactly(
            "error: %s/scenes: cannot be written to (%s is not a directory); give another out="
                .formatted(file, file));
  }

  @Test
  void fullResultsAreToldWithTheWayOut() {
    assertThat(run("ending=too-large")).isEqualTo(1);
    assertThat(text(err)).contains("\n  give --conf spark.driver.maxResultSize=4g");
  }

  private int run(String... args) {
    return run(Map.of(), args);
  }

  private int run(Map<String, String> environment, String... args) {
    var runner = new JobRunner(REFERENCE, stream(out), stream(err), environment);
    return runner.run(new CountJob(), List.of(args));
  }

  private int runOnSpark(String... args) {
    System.setProperty("spark.master", "local[1]");
    try {
      return run(args);
    } finally {
      System.clearProperty("spark.master");
    }
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
