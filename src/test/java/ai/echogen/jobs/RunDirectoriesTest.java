package ai.echogen.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.cluster.JobProcess;
import ai.echogen.cluster.JobProcess.Result;
import ai.echogen.config.Reference;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.model.TinyModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is there already, who else writes, and what is left when a run is told to end. */
class RunDirectoriesTest {
  private static final Map<String, String> SPARK = Map.of("spark.master", "local[2]");
  private static final int PATIENCE = 240; // seconds

  @TempDir private static Path temp;

  @BeforeAll
  static void makeScenes() {
    SparkSession.getDefaultSession().foreach(RunDirectoriesTest::stop);
    SPARK.forEach(System::setProperty);
    var made = run("synthesize", "out=" + temp.resolve("scenes"), "count=40", "testCount=4");
    assertThat(made.code()).as(made.output()).isZero();
  }

  @AfterAll
  static void forget() {
    SPARK.keySet().forEach(System::clearProperty);
  }

  @Test
  void whatASignalEndsGoesOnWithTheSameBits() throws IOException, InterruptedException {
    var undisturbed = run(train("undisturbed", 60));
    assertThat(undisturbed.code()).as(undisturbed.output()).isZero();

    for (var signal : List.of("INT", "TERM")) {
      var out = "stopped-by-" + signal;
      var running = begin(out, 60);
      running.signal(signal);
      var stopped = running.await(PATIENCE);
      assertThat(stopped.code()).as(stopped.output()).isEqualTo(signal.equals("INT") ? 130 : 143);
      assertThat(stopped.output())
          .containsPattern("SIG" + signal + ": step \\d+ is kept; the same command goes on")
          .doesNotContain("\tat ", "Exception");

      var resumed = run(train(out, 60));
      assertThat(resumed.output()).contains("resumed at step");
      assertThat(resumed.hash()).as(resumed.output()).isEqualTo(undisturbed.hash());
    }
  }

  /** It came to the step where the causal share begins first, as if that were one piece of work. */
  @Test
  void preTrainingStopsWhereverItIs() throws IOException, InterruptedException {
    assertThat(run(train("vq", 2)).code()).isZero();
    var tokens = "out=" + temp.resolve("tokens");
    var vq = "tokenizer=" + temp.resolve("vq/model");
    assertThat(run("tokenize", "data=" + temp.resolve("scenes"), vq, tokens).code()).isZero();
    var words = new ArrayList<>(List.of("pretrain", "data=" + temp.resolve("tokens"), vq));
    words.addAll(PlacesTest.MODEL);
    words.addAll(List.of("out=" + temp.resolve("early"), "train.steps=1000000", "causalShare=0.5"));
    words.add("train.checkpoints.every=20");
    var running = begin("early", words);
    running.signal("TERM");
    var stopped = running.await(PATIENCE);
    assertThat(stopped.code()).as(stopped.output()).isEqualTo(143);
    assertThat(stopped.output()).containsPattern("SIGTERM: step \\d+ is kept");
  }

  /** Its drawings are kept, too. */
  @Test
  void cycleRlGoesOnWithTheSameBitsAndRollouts() throws IOException, InterruptedException {
    TinyModel.write(temp.resolve("model"), List.of("a red dog and the blue ball"));
    var line =
        "{\"id\": \"%d\", \"caption\": \"a dog\", \"regions\": [{\"phrase\": \"the blue ball\", \"box\": [0, 0, 0.5, 0.%d]}]}";
    var prompts = temp.resolve("prompts.jsonl");
    Files.write(prompts, IntStream.range(0, 8).mapToObj(i -> line.formatted(i, 10 + i)).toList());
    var words =
        List.of(
            "cycle-rl",
            "init=" + temp.resolve("model"),
            "prompts=" + prompts,
            "judge=none",
            "train.steps=40",
            "train.batch=2",
            "train.microShards=2",
            "train.checkpoints.every=8",
            "train.eval.every=0",
            "cycle.group=2",
            "cycle.rewards.iouL1=0",
            "cycle.rewards.random=1");
    var undisturbed = run(with(words, "out=" + temp.resolve("whole")));
    assertThat(undisturbed.code()).as(undisturbed.output()).isZero();

    var again = with(words, "out=" + temp.resolve("stopped"));
    var running = begin("stopped", List.of(again));
    running.signal("TERM");
    var stopped = running.await(PATIENCE);
    assertThat(stopped.code()).as(stopped.output()).isEqualTo(143);
    assertThat(stopped.output()).containsPattern("SIGTERM: step \\d+ is kept");
    var resumed = run(again);
    assertThat(resumed.output()).contains("resumed at step");
    assertThat(hashes(resumed)).as(resumed.output()).hasSize(2).isEqualTo(hashes(undisturbed));
  }

  private static String[] with(List<String> words, String more) {
    return Stream.concat(words.stream(), Stream.of(more)).toArray(String[]::new);
  }

  private static List<String> hashes(Result result) {
    return result.output().lines().filter(line -> line.contains(" sha256 ")).toList();
  }

  @Test
  void aSecondRunIsRefusedAndADeadOnesPlaceIsTaken() throws IOException, InterruptedException {
    var running = begin("shared", 100_000);
    var second = run(train("shared", 100_000));
    assertThat(second.code()).as(second.output()).isEqualTo(2);
    assertThat(errors(second))
        .singleElement()
        .asString()
        .contains("is being written by train-tokenizer of", "another out");
    assertThat(temp.resolve("shared/checkpoints")).as("untouched").exists();

    running.signal("KILL");
    assertThat(running.await(PATIENCE).code()).isEqualTo(137);
    var third = run(train("shared", 100_000, "pauseAt=1"));
    assertThat(third.output()).contains("resumed at step");
  }

  @Test
  void aSettingThatDoesNotGoOnIsRefusedBeforeAnythingIsBegun() throws IOException {
    assertThat(run(train("settings", 4, "pauseAt=2")).code()).isZero();
    var left = Files.createDirectory(temp.resolve("settings/checkpoints/.writing-step-00000009"));

    for (var more : List.of("--dry-run", "resume=auto")) {
      var refused = run(train("settings", 4, "train.optim.lr=1", more));
      assertThat(refused.code()).as(refused.output()).isEqualTo(2);
      assertThat(errors(refused))
          .singleElement()
          .asString()
          .contains("train.optim.lr was 0.003, is 1", "resume=none");
      assertThat(refused.output()).doesNotContain("training images");
    }
    assertThat(left).exists();

    var shorter = run(train("settings", 3));
    assertThat(shorter.output()).contains("train.steps was 4, is 3");
  }

  @Test
  void aFinishedRunIsMadeLonger() {
    assertThat(run(train("longer", 3)).code()).isZero();
    var longer = run(train("longer", 6));
    assertThat(longer.code()).as(longer.output()).isZero();
    assertThat(longer.output())
        .contains(
            "resumed at step 3",
            "from 3 to 6 steps: from step 3 on, learning rate and other schedules are those of 6");
    assertThat(temp.resolve("longer/checkpoints/step-00000006")).exists();
  }

  @Test
  void whatSomebodyElseWroteIsNotTouched() throws IOException {
    var mine = Files.createDirectory(temp.resolve("mine"));
    Files.writeString(mine.resolve("metrics.jsonl"), "my own");
    for (var more : List.of("--dry-run", "resume=none")) {
      var refused = run(train("mine", 4, more));
      assertThat(refused.code()).as(refused.output()).isEqualTo(2);
      assertThat(errors(refused))
          .singleElement()
          .asString()
          .contains("already holds metrics.jsonl");
    }
    assertThat(mine.resolve("metrics.jsonl")).hasContent("my own");

    assertThat(run(train("tokenizer", 2)).code()).isZero();
    var tokens = temp.resolve("scenes");
    var other =
        run(
            "pretrain",
            "data=" + tokens,
            "tokenizer=" + temp.resolve("tokenizer/model"),
            "out=" + temp.resolve("tokenizer"));
    assertThat(errors(other))
        .singleElement()
        .asString()
        .contains("is the directory of a `train-tokenizer`, not of a `pretrain`");
  }

  /** A run was stopped while it wrote one of its small files. */
  @Test
  void halfAFileOfADeadOwnerIsNobodys() throws IOException {
    var out = Files.createDirectory(temp.resolve("half"));
    Files.writeString(out.resolve(".run.json.part-4fcbd921"), "{");
    Files.writeString(out.resolve("..lease.part-0a1b2c3d"), "{");
    var trained = run(train("half", 2));
    assertThat(trained.code()).as(trained.output()).isZero();
    assertThat(out.resolve(".run.json.part-4fcbd921")).doesNotExist();
    Files.writeString(out.resolve(".scores.json.part-4fcbd921"), "{");
    assertThat(run(train("half", 3)).output()).contains("resumed at step 2");
  }

  /** A training that has written a checkpoint and goes on. */
  private static JobProcess begin(String out, int steps) throws IOException, InterruptedException {
    return begin(out, List.of(train(out, steps)));
  }

  private static JobProcess begin(String out, List<String> words)
      throws IOException, InterruptedException {
    var running = JobProcess.start(Files.createTempFile(temp, "job", ".log"), SPARK, words);
    long end = System.nanoTime() + PATIENCE * 1_000_000_000L;
    var checkpoints = temp.resolve(out).resolve("checkpoints").toFile();
    while (Stream.ofNullable(checkpoints.list())
        .flatMap(Stream::of)
        .noneMatch(name -> name.matches("step-0*[1-9]\\d*"))) {
      assertThat(System.nanoTime()).as(running.output()).isLessThan(end);
      Thread.sleep(20);
    }
    return running;
  }

  private static String[] train(String out, int steps, String... more) {
    var words =
        new ArrayList<>(
            List.of(
                "train-tokenizer",
                "data=" + temp.resolve("scenes"),
                "out=" + temp.resolve(out),
                "model.baseChannels=8",
                "evaluate=4",
                "train.steps=" + steps,
                "train.checkpoints.every=2",
                "train.optim.warmupSteps=2"));
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }

  private static List<String> errors(Result result) {
    return result.output().lines().filter(line -> line.startsWith("error: ")).toList();
  }

  /** The job in this process. */
  private static Result run(String... words) {
    var out = new ByteArrayOutputStream();
    var print = new PrintStream(out, true, UTF_8);
    var command = JobList.command(List.of(words));
    long start = System.nanoTime();
    int code = new JobRunner(Reference.builtIn(), print, print).run(command.job(), command.args());
    return new Result(code, out.toString(UTF_8), (System.nanoTime() - start) / 1e9);
  }

  private static Object stop(SparkSession session) {
    session.stop();
    return session;
  }
}
