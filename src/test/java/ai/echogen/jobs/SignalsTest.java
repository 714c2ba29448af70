package ai.echogen.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.cluster.JobProcess;
import ai.echogen.cluster.JobProcess.Result;
import ai.echogen.data.LocalSpark;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.observe.ScoresFile;
import ai.echogen.storage.LocalFiles;
import ai.echogen.storage.Location;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every job under SIGINT, SIGTERM and {@code kill -9}, then the same command: the result is that of
 * an undisturbed run. One case here; {@code -Dechogen.signals=full} runs all of them, {@code
 * -Dechogen.signals=demo,leak} those of some.
 */
class SignalsTest {
  private static final String WANTED = System.getProperty("echogen.signals", "");
  private static final Map<String, String> SPARK = Map.of("spark.master", "local[1]");
  private static final int PATIENCE = 600; // seconds
  private static final int LOOK_MILLIS = 10;
  private static final Map<String, Integer> CODES = Map.of("INT", 130, "TERM", 143, "KILL", 137);
  private static final String STAGED = "\\.partial-\\w+/.+";
  private static final String CHECKPOINT = "/checkpoints/step-0*[1-9]\\d*";
  private static final List<String> LINES = Collections.synchronizedList(new ArrayList<>());

  /** Jobs that keep what is finished, for the same command to go on with. */
  private static final Set<String> RESUMABLE =
      Set.of("synthesize", "ingest", "augment", "tokenize", "draw-dataset");

  /** What a result is made of; other files have times in them. */
  private static final Pattern RESULTS =
      Pattern.compile(
          "(.*/)?(model|adapter)/[^/]+\\.safetensors|[^/]+\\.(safetensors|jsonl)"
              + "|images/.*|(instances|captions)\\.json");

  private static final List<String> TINY_MODEL =
      List.of(
          "model.hidden=16",
          "model.intermediate=32",
          "model.layers=2",
          "model.heads=2",
          "model.keyValueHeads=2",
          "model.headWidth=8",
          "train.optim.warmupSteps=2",
          "train.microShards=2",
          "train.checkpoints.every=5");

  /**
   * A job.
   *
   * @param words without {@code out}
   * @param moments paths that, as soon as one is there, bring SIGINT, SIGTERM, SIGKILL; relative to
   *     the folder of {@code out}, with its name as {@code OUT}
   */
  private record Case(String name, List<String> words, List<String> moments) {
    Case(String name, List<String> words, String moment) {
      this(name, words, List.of(moment, moment, moment));
    }
  }

  @TempDir private static Path temp;

  @BeforeAll
  static void makeWhatJobsRead() throws IOException {
    SparkSession.getDefaultSession().foreach(SignalsTest::stop);
    SPARK.forEach(System::setProperty);
    if (WANTED.isEmpty()) {
      return;
    }
    succeed(
        List.of(
            words("synthesize", "out=" + at("scenes"), "count=60", "testCount=8"),
            words(trainTokenizer(), "out=" + at("vq")),
            words("tokenize", data("scenes"), vq(), "out=" + at("tokens")),
            words(pretrain(), TINY_MODEL, "train.steps=4", "out=" + at("run")),
            words(
                "pretrain",
                data("tokens"),
                vq(),
                "out=" + at("large"),
                "model.hidden=1024",
                "model.intermediate=4096",
                "model.layers=6",
                "model.heads=16",
                "model.keyValueHeads=16",
                "model.headWidth=64",
                "train.batch=2",
                "train.microShards=1",
                "train.steps=1",
                "train.checkpoints.every=0"),
            words("export", data("scenes"), "out=" + at("coco"))));
    var image = temp.resolve("coco/images").toFile().list()[0];
    Files.write(
        temp.resolve("images.jsonl"),
        lines(
            "{\"id\": \"%d\", \"image\": \"coco/images/" + image + "\", \"phrases\": [\"hoop\"]}"));
    Files.write(
        temp.resolve("layouts.jsonl"),
        lines(
            "{\"id\": \"%d\", \"regions\": [{\"phrase\": \"hoop\", \"box\": [0, 0, 0.5, 0.5]}]}"));
  }

  private static List<String> lines(String line) {
    return IntStream.range(0, 400).mapToObj(line::formatted).toList();
  }

  @AfterAll
  static void say() throws IOException {
    SPARK.keySet().forEach(System::clearProperty);
    LINES.forEach(System.out::println);
  }

  private static List<Case> cases() {
    var staged = "OUT" + STAGED;
    var checkpoint = "OUT" + CHECKPOINT;
    var model = "model=" + at("run/model");
    var small = "\"train.steps=40\",\"train.optim.warmupSteps=2\",\"train.checkpoints.every=5\"";
    var cycle = "\"cycle.group=2\",\"train.batch=2\",\"train.microShards=1\"";
    var short40 = words("train.steps=40", "train.checkpoints.every=5");
    return List.of(
        new Case("synthesize", words("synthesize", "count=200", "testCount=8"), staged),
        new Case(
            "ingest",
            words(
                "ingest",
                "instances=" + at("coco/instances.json"),
                "captions=" + at("coco/captions.json"),
                "images=" + at("coco/images"),
                "split=train"),
            staged),
        new Case("augment", words("augment", data("scenes"), "copies=4", "size=64"), staged),
        new Case("export", words("export", data("scenes")), staged),
        new Case("tokenize", words("tokenize", data("scenes"), vq()), staged),
        new Case(
            "train-tokenizer",
            words(trainTokenizer(), "train.steps=60", "train.checkpoints.every=5"),
            checkpoint),
        new Case("pretrain", words(pretrain(), TINY_MODEL, "train.steps=60"), checkpoint),
        new Case(
            "djo",
            words("pretrain", "stage=djo", data("tokens"), "init=" + at("run/model"), short40),
            checkpoint),
        new Case(
            "cycle-rl",
            words(
                "cycle-rl",
                short40,
                "init=" + at("run/model"),
                data("tokens"),
                "prompts=" + at("layouts.jsonl"),
                "judge=none",
                "train.batch=2",
                "train.microShards=1",
                "train.eval.every=0",
                "cycle.group=2",
                "cycle.rewards.iouL1=0",
                "cycle.rewards.random=1"),
            checkpoint),
        new Case("draw", words("generate", model, "layouts=" + at("layouts.jsonl")), staged),
        new Case(
            "ground",
            words("generate", "task=ground", model, "images=" + at("images.jsonl")),
            staged),
        new Case(
            "draw-dataset",
            words("draw-dataset", model, "layouts=" + at("layouts.jsonl"), "drawings=2", "keep=0"),
            staged),
        new Case("score", words("score", model, data("tokens"), "count=8"), "OUT/.+"),
        new Case(
            "score-grounding",
            words("score", "benchmark=grounding", model, data("tokens"), "count=8"),
            "OUT/.+"),
        new Case("convert", words("convert", "model=" + at("large/model")), staged),
        new Case(
            "demo",
            words(
                "demo",
                "profile=quick",
                "quick.synthesize=[\"count=60\",\"testCount=8\"]",
                "quick.trainTokenizer="
                    + list(
                        words(PlacesTest.TOKENIZER, "train.steps=40", "train.checkpoints.every=5")),
                "quick.pretrain=" + list(words(TINY_MODEL, "train.steps=60")),
                "quick.djo=[" + small + "]",
                "quick.cycleRl=["
                    + small
                    + ","
                    + cycle
                    + ",\"cycle.rewards.iouL1=0\",\"cycle.rewards.random=1\"]",
                "quick.score=[\"count=8\"]"),
            List.of(
                "OUT/tokenizer" + CHECKPOINT,
                "OUT/pmtp" + CHECKPOINT,
                "OUT/cycle_rl" + CHECKPOINT)),
        new Case(
            "compare-stages",
            words(
                "compare-stages",
                data("tokens"),
                vq(),
                "seeds=[3]",
                "rows=[{name=base,after=\"\",job=pretrain,args="
                    + list(words(TINY_MODEL, "train.steps=60"))
                    + "},{name=more,after=base,job=pretrain,args=[\"stage=djo\","
                    + small
                    + "]}]",
                "against=base",
                "guidances=[1]",
                "score=[\"count=8\"]"),
            List.of("OUT/.*base" + CHECKPOINT, "OUT/.*more" + CHECKPOINT, "OUT/.*more/model/.*")),
        new Case(
            "leak",
            words(
                "leak",
                data("tokens"),
                vq(),
                "steps=30",
                "forms=[direct,layered]",
                "pretrain=" + list(TINY_MODEL),
                "score=[\"count=8\"]"),
            List.of(
                "OUT/samples-direct/pretrain" + CHECKPOINT,
                "OUT/samples-layered/pretrain" + CHECKPOINT,
                "OUT/samples-layered-causal/pretrain" + CHECKPOINT)));
  }

  @TestFactory
  Stream<DynamicTest> theSameCommandGoesOn() {
    if (WANTED.isEmpty()) {
      var synthesize = cases().get(0);
      return Stream.of(DynamicTest.dynamicTest("TERM", () -> run(synthesize, List.of("TERM"))));
    }
    var names = List.of(WANTED.split(","));
    return cases().stream()
        .filter(one -> WANTED.equals("full") || names.contains(one.name()))
        .map(
            one ->
                DynamicTest.dynamicTest(
                    one.name(), () -> run(one, List.of("INT", "TERM", "KILL"))));
  }

  private static void run(Case one, List<String> signals) throws Exception {
    var undisturbed = temp.resolve(one.name() + "-undisturbed");
    var whole = JobProcess.run(log(), SPARK, words(one, undisturbed), PATIENCE);
    assertThat(whole.code()).as(whole.output()).isZero();
    var expected = content(undisturbed);
    assertThat(expected).isNotEmpty();
    for (var signal : signals) {
      var out = temp.resolve(one.name() + "-" + signal);
      var stopped = stop(one, out, signal);
      assertThat(stopped.code()).as(stopped.output()).isEqualTo(CODES.get(signal));
      if (!signal.equals("KILL")) {
        assertThat(stopped.output()).doesNotContain("\tat ", "Exception");
        if (!RESUMABLE.contains(one.name())) {
          assertThat(partial(out)).isEmpty();
        }
      }
      var again = JobProcess.run(log(), SPARK, words(one, out), PATIENCE);
      assertThat(again.code()).as(again.output()).isZero();
      assertThat(content(out)).as(again.output()).isEqualTo(expected);
      assertThat(partial(out)).isEmpty();
      LINES.add(
          "%-16s %-4s %d | %s | %s"
              .formatted(
                  one.name(),
                  signal,
                  stopped.code(),
                  last(stopped.output(), "SIG"),
                  last(again.output(), "resumed|goes on|there already")));
    }
  }

  private static Result stop(Case one, Path out, String signal) throws Exception {
    var moment =
        Pattern.compile(
            one.moments()
                .get(List.of("INT", "TERM", "KILL").indexOf(signal))
                .replace("OUT", Pattern.quote(out.getFileName().toString())));
    var running = JobProcess.start(log(), SPARK, words(one, out));
    long end = System.nanoTime() + PATIENCE * 1_000_000_000L;
    while (paths(out).noneMatch(path -> moment.matcher(path).matches())) {
      assertThat(running.hasEnded() || System.nanoTime() > end).as(running.output()).isFalse();
      Thread.sleep(LOOK_MILLIS);
    }
    running.signal(signal);
    return running.await(PATIENCE);
  }

  /** Of everything whose name begins as out's, relative to its folder. */
  private static Stream<String> paths(Path out) {
    var all = new ArrayList<String>();
    var name = out.getFileName().toString();
    for (var top : List.of(temp.toFile().list())) {
      if (top.startsWith(name)) {
        try (var below = Files.walk(temp.resolve(top))) {
          below.forEach(path -> all.add(temp.relativize(path).toString()));
        } catch (IOException | UncheckedIOException e) {
          continue; // something was moved meanwhile: the next look finds it
        }
      }
    }
    return all.stream();
  }

  private static List<String> partial(Path out) {
    return Stream.of(temp.toFile().list())
        .filter(name -> name.startsWith(out.getFileName() + ".partial"))
        .toList();
  }

  /** What a job has made: rows of shards, bits of models and pictures, lines, numbers. */
  private static Map<String, String> content(Path out) throws Exception {
    var content = new TreeMap<String, String>();
    try (var all = Files.walk(out)) {
      for (var path : all.filter(Files::isRegularFile).toList()) {
        var name = out.relativize(path).toString();
        if (name.startsWith("seconds-")) {
          continue; // as many steps as the seconds that another run took allow
        }
        if (path.endsWith("manifest.json")) {
          var rows =
              ShardStore.read(LocalSpark.session(), Location.of(path.getParent()))
                  .toJSON()
                  .collectAsList();
          content.put(name, sha256(rows.toString().getBytes(StandardCharsets.UTF_8)));
        } else if (path.endsWith("scores.json")) {
          var scores = new TreeMap<>(ScoresFile.read(path));
          scores.keySet().removeIf(key -> key.contains("seconds"));
          content.put(name, scores.toString());
        } else if (RESULTS.matcher(name).matches() && !name.contains("metrics.jsonl")) {
          content.put(name, sha256(Files.readAllBytes(path)));
        }
      }
    }
    return content;
  }

  private static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(LocalFiles.newSha256().digest(bytes));
  }

  private static String last(String output, String words) {
    var pattern = Pattern.compile(words);
    return output
        .lines()
        .filter(line -> pattern.matcher(line).find())
        .reduce((a, b) -> b)
        .orElse("-");
  }

  private static Path log() throws IOException {
    return Files.createTempFile(temp, "job", ".log");
  }

  private static List<String> words(Case one, Path out) {
    return words(one.words(), "out=" + out);
  }

  private static List<String> pretrain() {
    return words("pretrain", data("tokens"), vq());
  }

  private static List<String> trainTokenizer() {
    return words("train-tokenizer", data("scenes"), PlacesTest.TOKENIZER);
  }

  private static String data(String name) {
    return "data=" + at(name);
  }

  private static String vq() {
    return "tokenizer=" + at("vq/model");
  }

  private static Path at(String name) {
    return temp.resolve(name);
  }

  /** Words and lists of words, one after the other. */
  private static List<String> words(Object... parts) {
    var all = new ArrayList<String>();
    for (var part : parts) {
      if (part instanceof List<?> list) {
        list.forEach(word -> all.add((String) word));
      } else {
        all.add((String) part);
      }
    }
    return List.copyOf(all);
  }

  /** As a value of a configuration file. */
  private static String list(List<String> words) {
    return words.stream().collect(Collectors.joining("\",\"", "[\"", "\"]"));
  }

  private static void succeed(List<List<String>> jobs) {
    var out = new ByteArrayOutputStream();
    var print = new PrintStream(out, true, StandardCharsets.UTF_8);
    assertThat(SeveralJobs.run(jobs, print))
        .as(() -> out.toString(StandardCharsets.UTF_8))
        .isZero();
  }

  private static Object stop(SparkSession session) {
    session.stop();
    return session;
  }
}
