package ai.echogen.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.config.Reference;
import ai.echogen.jobs.cli.Job;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.model.JanusModel;
import ai.echogen.model.decoder.AttentionForm;
import ai.echogen.model.decoder.DecoderConfig;
import ai.echogen.model.directory.GroundingFeatures;
import ai.echogen.model.directory.JanusConfig;
import ai.echogen.model.directory.JanusDirectory;
import ai.echogen.model.directory.LoraDirectory;
import ai.echogen.model.vq.VqNetwork;
import ai.echogen.observe.JsonlSink;
import ai.echogen.observe.ScoresFile;
import ai.echogen.perf.LeakJob;
import ai.echogen.tokens.AddedTokens;
import ai.echogen.tokens.Grammar;
import ai.echogen.tokens.PlanGenGrammar;
import ai.echogen.tokens.TextTokenizer;
import ai.echogen.torch.safetensors.SafetensorsModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jobs from scenes to scores, on a path so short that nothing is learnt. */
class PathTest {
  private static final Pattern HASH = Pattern.compile("weights sha256 (\\p{XDigit}{64})\\n$");
  private static final String TINY_TOKENIZER =
      "model.baseChannels=8|model.latentChannels=8|model.numEmbeddings=32|model.numPatches=4"
          + "|model.normGroups=4|model.stem=4|train.optim.warmupSteps=2|train.batch=8|vq.restartEvery=3";
  private static final String TINY_MODEL =
      "model.hidden=16|model.intermediate=32|model.layers=2|model.heads=2|model.keyValueHeads=2"
          + "|model.headWidth=8|train.optim.warmupSteps=2|train.microShards=4";

  @TempDir private static Path temp;

  @BeforeAll
  static void demo() {
    var keys = new ArrayList<String>();
    keys.add("out=" + temp.resolve("demo"));
    keys.add("quick.synthesize=[\"count=60\",\"testCount=8\"]");
    keys.add("quick.trainTokenizer=" + list(TINY_TOKENIZER + "|train.steps=12"));
    keys.add("quick.pretrain=" + list(TINY_MODEL + "|train.steps=8"));
    keys.add("quick.score=[\"count=8\",\"splits=[test,test_attributes]\"]");
    keys.add("profile=quick");
    assertThat(run("local[2]", new DemoJob(), keys)).contains("grounding.acc50", "report.html");
  }

  @Test
  void demoLeavesScoresOfHeldOutScenesAReportAndAPicture() throws IOException {
    var scores = ScoresFile.read(temp.resolve("demo/scores.json"));
    assertThat(scores)
        .containsKeys("grounding.acc50", "grounding.acc75", "grounding.mean_iou")
        .containsKeys("layout.ap50", "layout.ap75", "layout.mean_iou", "ceiling.ap50")
        .containsKey("test_attributes.grounding.acc50")
        .containsEntry("samples", 8.0);
    assertThat(scores.get("original.ap50")).isGreaterThan(0.9);
    assertThat(Files.readString(temp.resolve("demo/report.html")))
        .contains("grounding.acc50", "data:image/png", "loss.box");
    assertThat(temp.resolve("demo/samples.png")).isNotEmptyFile();
    assertThat(ScoresFile.read(temp.resolve("demo/tokenizer/scores.json")))
        .containsKeys("tokenizer.psnr", "tokenizer.codes_used", "ceiling.ap50");
  }

  @Test
  void weightsHaveTheSameBitsOnAnyNumberOfTasksAndAfterAPause() {
    var hash = hash(pretrain("local[1]", "one"));

    assertThat(hash(pretrain("local[2]", "two"))).isEqualTo(hash);
    assertThat(hash(pretrain("local[4]", "four"))).isEqualTo(hash);
    assertThat(hash(pretrain("local[2]", "paused", "pauseAt=3"))).isNotEqualTo(hash);
    var resumed = pretrain("local[1]", "paused");
    assertThat(resumed).contains("resumed at step 3");
    assertThat(hash(resumed)).isEqualTo(hash);
  }

  /** What opens {@code model/} opens a checkpoint: the same names, values and configuration. */
  @Test
  void theLastCheckpointIsTheModelInParts() throws IOException {
    var model = temp.resolve("demo/pmtp/model");
    var checkpoint = temp.resolve("demo/pmtp/checkpoints/step-00000008");
    try (var whole = SafetensorsModel.open(model);
        var parts = SafetensorsModel.open(checkpoint)) {
      assertThat(parts.names()).isEqualTo(whole.names());
      for (var name : whole.names()) {
        assertThat(parts.file(name).floats(name)).isEqualTo(whole.file(name).floats(name));
      }
    }
    for (var file : List.of("config.json", "tokenizer.json", "generation_config.json")) {
      assertThat(checkpoint.resolve(file)).hasSameTextualContentAs(model.resolve(file));
    }
    assertThat(checkpoint.resolve("model.safetensors.index.json")).exists();
  }

  @Test
  void cardsHaveTheSettingsThatMadeTheModel() {
    for (var model : List.of("demo/tokenizer/model", "demo/pmtp/model")) {
      assertThat(temp.resolve(model).resolve("README.md"))
          .content()
          .contains("\n\nSettings of the run:\n\n```json\n{");
    }
  }

  @Test
  void tokenizersHaveTheSameBitsOnAnyNumberOfTasksAndAfterAPause() {
    var hash = hash(trainTokenizer("local[1]", "vq-one"));

    assertThat(hash(trainTokenizer("local[2]", "vq-two"))).isEqualTo(hash);
    // The pause falls into the autoencoder's steps, whose latents k-means needs afterwards.
    assertThat(hash(trainTokenizer("local[2]", "vq-paused", "pauseAt=2"))).isNotEqualTo(hash);
    assertThat(hash(trainTokenizer("local[1]", "vq-paused"))).isEqualTo(hash);
  }

  @Test
  void leakJobTrainsAndScoresEveryForm() throws IOException {
    var out = temp.resolve("leak");
    run(
        "local[2]",
        new LeakJob(),
        List.of(
            "data=" + temp.resolve("demo/tokens"),
            "tokenizer=" + temp.resolve("demo/tokenizer/model"),
            "out=" + out,
            "steps=4",
            "pretrain=" + list(TINY_MODEL),
            "score=[\"count=8\"]"));

    assertThat(Files.readString(out.resolve("leak.md")))
        .contains("separate", "direct", "layered", "two-copies", "the last 25 % plain causal")
        .doesNotContain("NaN");
    assertThat(ScoresFile.read(out.resolve("samples-direct/scores.json")))
        .containsEntry("train.samples", 32.0)
        .containsKeys("leak.follows_image", "leak.follows_text");
  }

  /** Rows start from one another; what is there is not made again. */
  @Test
  void stagesAreComparedOverSeeds() throws IOException {
    var out = temp.resolve("compared");
    var small = "\"train.steps=2\",\"train.optim.warmupSteps=1\"";
    var rows =
        "rows=[{name=base,after=\"\",job=pretrain,args=%s}"
                .formatted(list(TINY_MODEL + "|train.steps=2"))
            + ",{name=more,after=base,job=pretrain,args=[\"stage=djo\",%s]}".formatted(small)
            + ",{name=cycle,after=more,job=cycle-rl,args=[%s,\"cycle.group=2\",\"train.batch=2\",\"train.microShards=1\",\"policy.guide.weight=0.3\",\"train.eval.every=0\"]}]"
                .formatted(small);
    var keys =
        List.of(
            "data=" + temp.resolve("demo/tokens"),
            "tokenizer=" + temp.resolve("demo/tokenizer/model"),
            "out=" + out,
            "seeds=[3,4]",
            rows,
            "against=base",
            "score=[\"count=8\",\"splits=[test,test_attributes]\"]");
    run("local[2]", new CompareStagesJob(), keys);
    var table = Files.readString(out.resolve("stages.md"));
    assertThat(table).contains("## test_attributes", "| base | 1 | 2 |", "| cycle | 2 | 2 |");
    var scores = ScoresFile.read(out.resolve("stages.json"));
    assertThat(scores)
        .containsKeys("cycle.guidance-2.0.seed-4.layout.ap50", "more.guidance-1.0.seed-3.seconds")
        .containsEntry("base.guidance-1.0.seed-3.samples", 8.0);
    assertThat(run("local[2]", new CompareStagesJob(), keys)).doesNotContain("— seed");
    assertThat(ScoresFile.read(out.resolve("stages.json"))).isEqualTo(scores);
  }

  /** Whatever the held-out loss says of weights that have not learnt in the form of the model. */
  @Test
  void theBestModelHasLearntInTheFormThatItIsRunIn() throws IOException {
    var out = temp.resolve("best");
    var keys = new ArrayList<String>();
    keys.add("data=" + temp.resolve("demo/tokens"));
    keys.add("tokenizer=" + temp.resolve("demo/tokenizer/model"));
    keys.add("out=" + out);
    keys.addAll(List.of(TINY_MODEL.split("\\|")));
    keys.addAll(
        List.of(
            "causalShare=0.5",
            "train.steps=4",
            "train.eval.every=1",
            "train.eval.samples=8",
            "train.optim.lr=1", // by which the loss is lowest after the first step
            "train.optim.warmupSteps=0",
            "train.divergence.steps=100"));
    var said = run("local[2]", new PretrainJob(), keys);
    assertThat(Files.readString(out.resolve("checkpoints/best.json")))
        .as(said)
        .containsPattern("\"step\" ?: ?[34]");
  }

  @Test
  void aDemoOfOtherSettingsIsRefused() {
    var keys = List.of("out=" + temp.resolve("demo"), "seed=2", "--dry-run");
    assertThat(run("local[2]", new DemoJob(), keys, 2))
        .contains("was begun by a `demo` of other settings (run.json in it has them)");
  }

  /**
   * On other threads than the run, from its ledger alone; with other settings it is another one.
   */
  @Test
  void stepsOfCycleRlAreMadeAgainFromTheLedger() {
    var keys =
        List.of(
            "init=" + temp.resolve("demo/djo/model"),
            "data=" + temp.resolve("demo/tokens"),
            "out=" + temp.resolve("replayed"),
            "train.steps=4",
            "train.batch=3",
            "train.microShards=2",
            "train.eval.every=0",
            "cycle.group=3",
            "cycle.innerEpochs=2",
            "cycle.surplus=0.5",
            "policy.tokens=both",
            "cycle.credit.image=0.5",
            "policy.anchor.weight=0.1",
            "policy.loss.kl=0.1",
            "policy.guide.weight=0.3");
    run("local[2]", new CycleRLJob(), keys);
    assertThat(JsonlSink.read(temp.resolve("replayed/metrics.jsonl")))
        .anySatisfy(entry -> assertThat(entry.values()).containsEntry("groups/surplus", 2.0));
    var again = new ArrayList<>(keys);
    again.add("replay=4");
    assertThat(run("local[1]", new CycleRLJob(), again))
        .containsPattern("step 1: gradient \\p{XDigit}{12}, as before")
        .containsPattern("step 4: gradient \\p{XDigit}{12}, as before");
    again.addAll(List.of("replay=1", "policy.anchor.weight=0.2"));
    assertThat(fail("local[1]", new CycleRLJob(), again))
        .containsPattern("step 1: gradient \\p{XDigit}{12}, but it was \\p{XDigit}{12}")
        .contains("step 1: the gradient is not the one of the run");
  }

  /** Started from a trained model: the adapter changes its targets only, and resumes exactly. */
  @Test
  void anAdapterIsTrainedSavedAsPeftDoesAndMerged() throws IOException {
    var start = temp.resolve("demo/pmtp/model");
    var keys =
        new String[] {
          "init=" + start, "form=separate", "lora.rank=4", "lora.targets=[q_proj,down_proj]"
        };
    var hash = hash(pretrain("local[2]", "adapter", keys));

    assertThat(hash(pretrain("local[1]", "adapter-paused", with(keys, "pauseAt=3"))))
        .isNotEqualTo(hash);
    assertThat(hash(pretrain("local[2]", "adapter-paused", keys))).isEqualTo(hash);
    var adapter = temp.resolve("adapter/adapter");
    assertThat(Files.readString(adapter.resolve(LoraDirectory.CONFIG)))
        .contains("\"r\" : 4", "\"lora_alpha\" : 16.0", "(q_proj|down_proj)");
    try (var before = SafetensorsModel.open(start);
        var after = SafetensorsModel.open(temp.resolve("adapter/model"))) {
      assertThat(after.names()).isEqualTo(before.names());
      var changed =
          before.names().stream()
              .filter(name -> !Arrays.equals(floats(before, name), floats(after, name)))
              .map(name -> name.replaceAll("\\d+", "N"))
              .distinct();
      assertThat(changed)
          .containsExactlyInAnyOrder(
              "model.language_model.layers.N.self_attn.q_proj.weight",
              "model.language_model.layers.N.mlp.down_proj.weight");
    }
    var merged = temp.resolve("merged");
    run(
        "local[2]",
        new ConvertJob(),
        List.of("model=" + start, "adapter=" + adapter, "out=" + merged));
    try (var byTraining = SafetensorsModel.open(temp.resolve("adapter/model"));
        var byConvert = SafetensorsModel.open(merged)) {
      for (var name : byTraining.names()) {
        assertThat(floats(byConvert, name))
            .as(name)
            .containsExactly(floats(byTraining, name), within(1e-6f));
      }
    }
  }

  /** Trained, saved, loaded, and asked for the boxes of pictures. */
  @Test
  void groundingReadsThroughTheVisionEncoderWhereToldTo() throws IOException {
    pretrain(
        "local[2]",
        "seeing",
        "grounding=siglip",
        "form=separate",
        "vision.hidden=16",
        "vision.intermediate=32",
        "vision.layers=1",
        "vision.heads=2",
        "vision.patchSize=16",
        "vision.imageSize=32");
    var model = temp.resolve("seeing/model");
    assertThat(JanusConfig.read(model).grounding()).isEqualTo(GroundingFeatures.SIGLIP);
    run(
        "local[2]",
        new GenerateJob(),
        List.of(
            "task=ground",
            "model=" + model,
            "images=" + temp.resolve("demo/scenes"),
            "out=" + temp.resolve("boxes")));
    assertThat(Files.readAllLines(temp.resolve("boxes/boxes.jsonl"))).hasSize(8);
    assertThat(score(model, "seeing-scores")).containsKeys("grounding.acc50", "cycle.mean_iou");
  }

  /** A model with a published tokenizer, which has no location tokens. */
  @Test
  void boxesAreWrittenInDigitsWhereTheVocabularyIsJanus() throws IOException {
    var start = temp.resolve("digits");
    writeDigitsModel(start);
    pretrain("local[2]", "digits-run", "init=" + start, "form=separate");
    var model = temp.resolve("digits-run/model");
    assertThat(JanusConfig.read(model).locationBins()).isZero();
    assertThat(score(model, "digits-scores")).containsKeys("grounding.acc50", "layout.mean_iou");
    var drawn = temp.resolve("digits-drawn");
    run(
        "local[2]",
        new GenerateJob(),
        List.of(
            "model=" + model,
            "layouts=" + temp.resolve("demo/scenes"),
            "count=3",
            "negativePrompt=blurry",
            "topP=0.9",
            "out=" + drawn));
    assertThat(drawn.resolve("images").toFile().list()).hasSize(3);
  }

  /** The demo's VQ tokenizer under a new transformer with a byte-level BPE vocabulary. */
  private static void writeDigitsModel(Path directory) throws IOException {
    int rows = 400;
    byte[] published;
    try (var stream = AddedTokens.class.getResourceAsStream("tokenizer.json")) {
      published = stream.readAllBytes();
    }
    var json = AddedTokens.add(published, "tokenizer.json", PlanGenGrammar.TOKENS, rows);
    var vqDirectory = temp.resolve("demo/tokenizer/model");
    var vq = JanusConfig.read(vqDirectory).vq();
    var config =
        new JanusConfig(
            Optional.of(new DecoderConfig(16, 32, 2, 2, 2, 8, 1e-6, 1e4, 512, 2, false, false)),
            vq,
            Optional.empty(),
            AttentionForm.SEPARATE,
            GroundingFeatures.VQ,
            rows,
            0);
    try (var tokenizer = TextTokenizer.of(json, "tokenizer.json");
        var decoder = JanusModel.decoder(config, Grammar.of(tokenizer, 0), AttentionForm.SEPARATE);
        var vqWeights = JanusDirectory.read(vqDirectory, new VqNetwork(vq).layout());
        var weights = decoder.initialWeights(vqWeights.values(VqNetwork.CODEBOOK), 1)) {
      JanusDirectory.write(directory, config, List.of(weights, vqWeights), json, "");
    }
  }

  private static Map<String, Double> score(Path model, String name) {
    var data = "data=" + temp.resolve("demo/tokens");
    var out = temp.resolve(name);
    run("local[2]", new ScoreJob(), List.of("model=" + model, data, "out=" + out, "count=4"));
    return ScoresFile.read(out.resolve("scores.json"));
  }

  private static float[] floats(SafetensorsModel model, String name) {
    try {
      return model.file(name).floats(name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String[] with(String[] keys, String more) {
    var all = Arrays.copyOf(keys, keys.length + 1);
    all[keys.length] = more;
    return all;
  }

  private static String pretrain(String master, String name, String... more) {
    var keys = new ArrayList<>(List.of(more));
    keys.add("data=" + temp.resolve("demo/tokens"));
    keys.add("tokenizer=" + temp.resolve("demo/tokenizer/model"));
    keys.add("out=" + temp.resolve(name));
    keys.addAll(List.of(TINY_MODEL.split("\\|")));
    keys.add("train.steps=6");
    keys.add("train.checkpoints.every=2");
    return run(master, new PretrainJob(), keys);
  }

  private static String trainTokenizer(String master, String name, String... more) {
    var keys = new ArrayList<>(List.of(more));
    keys.add("data=" + temp.resolve("demo/scenes"));
    keys.add("out=" + temp.resolve(name));
    keys.addAll(List.of(TINY_TOKENIZER.split("\\|")));
    keys.add("train.steps=10");
    return run(master, new TrainTokenizerJob(), keys);
  }

  private static String hash(String output) {
    var matcher = HASH.matcher(output);
    assertThat(matcher.find()).as(output).isTrue();
    return matcher.group(1);
  }

  private static String list(String keys) {
    return "[\"" + keys.replace("|", "\",\"") + "\"]";
  }

  /** Runs a job with a Spark of its own and returns what it printed. */
  private static String run(String master, Job<?> job, List<String> keys) {
    return run(master, job, keys, 0);
  }

  private static String fail(String master, Job<?> job, List<String> keys) {
    return run(master, job, keys, 1);
  }

  private static String run(String master, Job<?> job, List<String> keys, int expected) {
    SparkSession.getActiveSession().foreach(PathTest::stop);
    SparkSession.getDefaultSession().foreach(PathTest::stop);
    var before = System.setProperty("spark.master", master);
    var out = new ByteArrayOutputStream();
    var print = new PrintStream(out, true, StandardCharsets.UTF_8);
    try {
      var code = new JobRunner(Reference.builtIn(), print, print).run(job, keys);
      assertThat(code).as(() -> out.toString(StandardCharsets.UTF_8)).isEqualTo(expected);
    } finally {
      if (before == null) {
        System.clearProperty("spark.master");
      } else {
        System.setProperty("spark.master", before);
      }
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  private static Object stop(SparkSession session) {
    session.stop();
    return session;
  }
}
