package ai.echogen.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.observe.JsonlSink;
import ai.echogen.observe.JsonlSink.Entry;
import ai.echogen.storage.RemoteFileSystem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trainings that go on, on a file system that is not local, and those that must not. */
class ResumeTest {
  private static final Map<String, String> SPARK = new HashMap<>();

  @TempDir private static Path temp;

  @BeforeAll
  static void makeData() {
    SparkSession.getDefaultSession().foreach(ResumeTest::stop);
    SPARK.putAll(RemoteFileSystem.properties(temp));
    SPARK.put("spark.master", "local[2]");
    SPARK.forEach(System::setProperty);
    succeed(
        List.of(
            synthesize("scenes", 1),
            synthesize("others", 2),
            tokenizer("vq", "scenes"),
            tokenizer("vq-other", "others"),
            tokenize("tokens", "scenes", "vq"),
            tokenize("tokens-other", "scenes", "vq-other")));
  }

  @AfterAll
  static void forget() {
    SPARK.keySet().forEach(System::clearProperty);
  }

  @Test
  void metricsGoOnWhereTheRunWasAndDataMayHaveMoved() throws IOException {
    succeed(List.of(pretrain("run", "tokens", "vq", "pauseAt=2")));
    assertThat(steps("run")).containsExactly(1L, 2L);
    Files.move(temp.resolve("tokens"), temp.resolve("moved"));
    try {
      assertThat(succeed(List.of(pretrain("run", "moved", "vq")))).contains("resumed at step 2");
    } finally {
      Files.move(temp.resolve("moved"), temp.resolve("tokens"));
    }
    assertThat(steps("run")).containsExactly(1L, 2L, 3L, 4L);
    assertThat(temp.resolve("run/tensorboard").toFile().list()).hasSize(2);
  }

  @Test
  void otherDataIsRefused() {
    succeed(List.of(pretrain("data", "tokens", "vq", "pauseAt=2")));
    assertThat(refuse(pretrain("data", "tokens-other", "vq-other")))
        .contains("what data holds was", "what tokenizer holds was", "resume=none");
    assertThat(refuse(tokenizer("vq", "others"))).contains("what data holds was");
  }

  @Test
  void anotherStartModelOrFormIsRefused() {
    succeed(
        List.of(
            pretrain("first", "tokens", "vq"),
            pretrain("second", "tokens", "vq", "train.seed=2"),
            adapt("adapted", "first", "pauseAt=2")));
    assertThat(refuse(adapt("adapted", "second"))).contains("what init holds was");
    assertThat(refuse(adapt("adapted", "first", "form=direct"))).contains("form was \"separate\"");
    assertThat(succeed(List.of(adapt("adapted", "second", "resume=none"))))
        .contains("set aside as set-aside-step-00000002-");
  }

  /** Sealed by its own digest, and yet of another seed or size. */
  @Test
  void aWholeCheckpointOfAnotherRunIsRefused() throws IOException {
    succeed(
        List.of(
            pretrain("mine", "tokens", "vq", "pauseAt=2"),
            pretrain("seeded", "tokens", "vq", "train.seed=2", "pauseAt=2"),
            pretrain("wide", "tokens", "vq", "model.intermediate=48", "pauseAt=2")));
    for (var other :
        Map.of(
                "seeded", "train.seed was 2, is 1",
                "wide", "model.intermediate was 48, is 32")
            .entrySet()) {
      var place = temp.resolve("mine/checkpoints/step-00000002");
      var own = Files.move(place, temp.resolve("own"));
      Files.move(temp.resolve(other.getKey() + "/checkpoints/step-00000002"), place);
      assertThat(refuse(pretrain("mine", "tokens", "vq"))).contains(other.getValue());
      Files.move(place, temp.resolve(other.getKey() + "/checkpoints/step-00000002"));
      Files.move(own, place);
    }
    assertThat(succeed(List.of(pretrain("mine", "tokens", "vq")))).contains("resumed at step 2");
  }

  @Test
  void otherPromptsOrAnchorsAreRefused() throws IOException {
    var prompts = temp.resolve("prompts.jsonl");
    var line =
        """
        {"id": "%s", "regions": [{"phrase": "red circle", "box": [0, 0, 0.5, 0.5]}]}
        """;
    var others = line.formatted("b") + line.formatted("c") + line.formatted("d");
    Files.writeString(prompts, line.formatted("a") + others);
    succeed(
        List.of(
            pretrain("drawn", "tokens", "vq"),
            cycle("lines", "prompts=remote:///prompts.jsonl", "pauseAt=1"),
            cycle("anchored", "data=remote:///tokens", "policy.anchor.weight=1", "pauseAt=1")));
    Files.writeString(prompts, line.formatted("e") + others);
    assertThat(refuse(cycle("lines", "prompts=remote:///prompts.jsonl")))
        .contains("what prompts holds was");
    assertThat(refuse(cycle("anchored", "data=remote:///tokens-other", "policy.anchor.weight=1")))
        .contains("what data holds was");
  }

  private static List<String> cycle(String out, String... more) {
    var words =
        new ArrayList<>(
            List.of(
                "cycle-rl",
                "init=remote:///drawn/model",
                "out=remote:///" + out,
                "cycle.group=2",
                "cycle.rewards.iouL1=0",
                "cycle.rewards.random=1", // a model that knows nothing may tie all others
                "train.steps=2",
                "train.batch=2",
                "train.microShards=1",
                "train.eval.every=0"));
    words.addAll(List.of(more));
    return words;
  }

  private static List<String> synthesize(String out, int seed) {
    return List.of("synthesize", "out=remote:///" + out, "count=24", "testCount=4", "seed=" + seed);
  }

  private static List<String> tokenizer(String out, String data) {
    var words = new ArrayList<>(List.of("train-tokenizer"));
    words.addAll(PlacesTest.TOKENIZER);
    words.addAll(List.of("out=remote:///" + out, "data=remote:///" + data));
    return words;
  }

  private static List<String> tokenize(String out, String data, String tokenizer) {
    return List.of(
        "tokenize",
        "data=remote:///" + data,
        "tokenizer=remote:///" + tokenizer + "/model",
        "out=remote:///" + out);
  }

  private static List<String> pretrain(String out, String data, String tokenizer, String... more) {
    var words = new ArrayList<>(List.of("pretrain"));
    words.addAll(PlacesTest.MODEL);
    words.addAll(PlacesTest.TRAINING);
    words.add("data=remote:///" + data);
    words.add("tokenizer=remote:///" + tokenizer + "/model");
    words.add("out=remote:///" + out);
    words.add("train.logEvery=1");
    words.addAll(List.of(more));
    return words;
  }

  private static List<String> adapt(String out, String from, String... more) {
    var words = new ArrayList<>(List.of("pretrain"));
    words.addAll(PlacesTest.TRAINING);
    words.addAll(
        List.of(
            "data=remote:///tokens",
            "init=remote:///" + from + "/model",
            "out=remote:///" + out,
            "form=separate",
            "lora.rank=2",
            "train.steps=4"));
    words.addAll(List.of(more));
    return words;
  }

  private static List<Long> steps(String run) {
    return JsonlSink.read(temp.resolve(run).resolve("metrics.jsonl")).stream()
        .map(Entry::step)
        .toList();
  }

  private static String succeed(List<List<String>> jobs) {
    return run(jobs, 0);
  }

  private static String refuse(List<String> job) {
    return run(List.of(job), 2);
  }

  private static String run(List<List<String>> jobs, int code) {
    var out = new ByteArrayOutputStream();
    var print = new PrintStream(out, true, StandardCharsets.UTF_8);
    assertThat(SeveralJobs.run(jobs, print))
        .as(() -> out.toString(StandardCharsets.UTF_8))
        .isEqualTo(code);
    return out.toString(StandardCharsets.UTF_8);
  }

  private static Object stop(SparkSession session) {
    session.stop();
    return session;
  }
}
