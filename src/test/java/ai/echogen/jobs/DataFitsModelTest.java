package ai.echogen.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.config.Reference;
import ai.echogen.data.LocalSpark;
import ai.echogen.data.Sample;
import ai.echogen.data.shards.Provenance;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.image.Png;
import ai.echogen.jobs.cli.Job;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.jobs.model.ModelTexts;
import ai.echogen.jobs.model.VqPrint;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import ai.echogen.model.TinyModel;
import ai.echogen.storage.Location;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data that a model cannot take as it is: what is said, and what is refused. */
class DataFitsModelTest {
  private static final String CUT =
      "1 of 4 captions of the split train of %s are longer than the model has positions for";
  private static final String EMBEDDINGS = "model.language_model.embed_tokens.weight";
  private static final String UNKNOWN = "the model's tokenizer lacks 1 words of ";

  @TempDir private static Path shared;
  @TempDir private Path temp;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private Path tokens = Path.of("none yet");
  private int runs;

  @BeforeAll
  static void writeModels() throws IOException {
    TinyModel.write(shared.resolve("model"), List.of("a red dog and the blue ball"));
    var other = TinyCheckpoint.read(shared.resolve("model"));
    var name =
        other.tensors.keySet().stream().filter(key -> key.contains("vqmodel")).findFirst().get();
    var bytes = other.tensors.get(name).bytes();
    bytes.put(1, (byte) (bytes.get(1) ^ 1)); // one weight of the VQ tokenizer is another
    other.write(shared.resolve("other"), 1 << 30);
    Files.copy(shared.resolve("model/tokenizer.json"), shared.resolve("other/tokenizer.json"));
  }

  @Test
  void codesOfAnotherTokenizerAreRefusedNamingBoth() throws IOException {
    tokenize("test", 16, "a red dog");
    var own = VqPrint.of(Location.of(model("model")));
    var others = VqPrint.of(Location.of(model("other")));

    assertThat(run(new ScoreJob(), "other", "data=" + tokens, "splits=[test]"))
        .as(this::said)
        .isEqualTo(2);
    assertThat(said())
        .contains(own, others, "data=" + tokens, "model=" + model("other"), "tokenize again");

    tokenize("train", 16, "a red dog");
    assertThat(pretrain("other")).as(this::said).isEqualTo(2);
    assertThat(said()).contains("that of init=" + model("other") + " is " + others);

    assertThat(pretrain("model", "tokenizer=" + model("other"))).as(this::said).isEqualTo(2);
    assertThat(said()).contains("leave tokenizer out, init brings its own");
  }

  @Test
  void imagesThatAreScaledAreNamed() throws IOException {
    tokenize("train", 24, "a red dog");
    assertThat(said())
        .contains(
            "4 of the first 4 images of the split train of ",
            "are not of the tokenizer's 16 × 16 pixels, and are scaled to them: 24 × 24\n");
    assertThat(said().lines().filter(line -> line.contains("24 × 24"))).hasSize(1);
  }

  @Test
  void trainingFromAModelSaysWhatItsTokenizerLacksWhatIsCutAndWhenTheFormChanges()
      throws IOException {
    tokenize("train", 16, "a red zorb");

    assertThat(pretrain("model", "causalShare=0.5", "newWords=false")).as(this::said).isZero();

    assertThat(said())
        .contains(
            UNKNOWN + "the split train of " + tokens + ", and reads each as <unk>: zorb (4)",
            CUT.formatted(tokens),
            " tokens of 2,500 stay",
            "from step 2 on the form is separate (causalShare=0.5")
        .doesNotContain("not of the tokenizer's");
    assertThat(said().lines().filter(line -> line.contains("the form is separate"))).hasSize(1);
  }

  @Test
  void theDryRunLooksAtTheData() throws IOException {
    tokenize("train", 16, "a red dog");
    assertThat(pretrain("model", "--dry-run")).as(this::said).isZero();
    assertThat(said()).contains("training samples   4\n");
    assertThat(pretrain("other", "--dry-run")).as(this::said).isEqualTo(2);
    assertThat(said()).contains("that of init=" + model("other") + " is ", "tokenize again");
    assertThat(pretrain("model", "--dry-run", "train.eval.every=2")).as(this::said).isEqualTo(2);
    assertThat(said()).contains(tokens + ": no split test; it has [train]");
    assertThat(
            run(
                new CycleRLJob(),
                Stream.of(
                    "init=" + model("model"),
                    "prompts=" + temp.resolve("none.jsonl"),
                    "out=" + temp.resolve("run"),
                    "--dry-run")))
        .as(this::said)
        .isEqualTo(2);
    assertThat(said()).contains("none.jsonl: no such file or directory; check prompts");
  }

  @Test
  void aTrialMeasuresBothFormsAndLeavesNothing() throws IOException {
    tokenize("train", 16, "a red dog");

    assertThat(pretrain("model", "--dry-run=measure", "causalShare=0.5")).as(this::said).isZero();

    assertThat(said())
        .containsPattern("questions of up to \\d+ tokens in 4 samples:")
        .containsPattern("layered steps +4 of 2 made: [0-9.]+ ")
        .containsPattern("separate steps +4 of 2 made: ")
        .containsPattern("time +0\\.\\d+ hours")
        .containsPattern("peak memory +[0-9.]+ GB")
        .doesNotContain("weights sha256");
    assertThat(temp.resolve("run")).doesNotExist();
  }

  @Test
  void aTrialOfCycleRlLeavesNothing() throws IOException {
    tokenize("train", 16, "a red dog");
    var args =
        Stream.of(
            "init=" + model("model"),
            "prompts=" + tokens,
            "out=" + temp.resolve("run"),
            "train.steps=2",
            "train.batch=2",
            "train.microShards=2",
            "train.eval.every=0",
            "cycle.group=2",
            "cycle.rewards.iouL1=0",
            "cycle.rewards.random=1",
            "--dry-run=measure");

    assertThat(run(new CycleRLJob(), args)).as(this::said).isZero();

    assertThat(said()).containsPattern("Cycle RL steps +2 of 2 made: ").contains("peak memory");
    assertThat(temp.resolve("run")).doesNotExist();
  }

  @Test
  void trainingOnPhrasesOfWhichAModelKnowsNoWordIsRefused() throws IOException {
    tokenize("train", 16, "zorb");

    assertThat(pretrain("model", "newWords=false")).as(this::said).isEqualTo(2);

    assertThat(said()).contains("knows no word of any phrase of the split train", "zorb (4)");
    assertThat(temp.resolve("run/model")).doesNotExist();
  }

  @Test
  void trainingFromAModelLearnsNewWordsAndTheRunGoesOn() throws IOException {
    tokenize("train", 16, "zorb");
    var before = TinyCheckpoint.read(model("model")).tensors.get(EMBEDDINGS).shape().get(0);

    assertThat(pretrain("model", "pauseAt=2", "resume=auto")).as(this::said).isZero();
    assertThat(pretrain("model")).as(this::said).isZero();

    assertThat(said())
        .contains("1 words are new to init, and get tokens of their own: zorb", "resumed")
        .doesNotContain("lacks");
    var after = TinyCheckpoint.read(temp.resolve("run/model"));
    assertThat(after.tensors.get(EMBEDDINGS).shape().get(0)).isEqualTo(before + 1);
    var texts = ModelTexts.of(Location.of(temp.resolve("run/model")));
    var layout = new Layout("a dog", List.of(new Region("zorb", "zorb", new Box(0, 0, 1, 1))));
    out.reset();
    texts.check(List.of(layout), "a layout", new PrintStream(out, true, StandardCharsets.UTF_8));
    assertThat(said()).isEmpty();
  }

  @Test
  void scoringSaysWhatTheTokenizerLacks() throws IOException {
    tokenize("test", 16, "a red zorb");

    assertThat(run(new ScoreJob(), "model", "data=" + tokens, "splits=[test]"))
        .as(this::said)
        .isZero();

    assertThat(said()).contains(UNKNOWN + "the split test", CUT.formatted(tokens).substring(0, 18));
  }

  @Test
  void drawingAndGroundingSayWhatTheTokenizerLacksAndRefuseWhatSaysNothing() throws IOException {
    var layouts = temp.resolve("layouts.jsonl");
    var line =
        "{\"id\": \"a\", \"caption\": \"%s\", \"regions\": [{\"phrase\": \"%s\", \"box\": [0, 0, 0.5, 1]}]}";
    Files.writeString(layouts, line.formatted("a dog ".repeat(1250), "a zorb"));
    assertThat(run(new GenerateJob(), "model", "layouts=" + layouts)).as(this::said).isZero();
    assertThat(said())
        .contains(
            UNKNOWN + "layouts=" + layouts + ", and reads each as <unk>: zorb (1)",
            "1 of 1 captions of layouts=" + layouts);

    out.reset();
    Files.writeString(layouts, line.formatted("a dog", "zorb"));
    assertThat(run(new GenerateJob(), "model", "layouts=" + layouts)).as(this::said).isEqualTo(2);
    assertThat(said()).contains("knows no word of any phrase of layouts=" + layouts);

    out.reset();
    var images = temp.resolve("images.jsonl");
    Files.write(temp.resolve("a.png"), png(16));
    var query =
        "{\"id\": \"a\", \"image\": \"a.png\", \"phrases\": [%s], \"caption\": \"quite some\"}";
    Files.writeString(images, query.formatted("\"zorb\", \"the ball\""));
    assertThat(run(new GenerateJob(), "model", "task=ground", "images=" + images))
        .as(this::said)
        .isZero();
    assertThat(said())
        .contains(UNKNOWN + "images=" + images + ", and reads each as <unk>: zorb (1)");

    out.reset();
    Files.writeString(images, query.formatted("\"zorb\", \"Quux\""));
    assertThat(run(new GenerateJob(), "model", "task=ground", "images=" + images))
        .as(this::said)
        .isEqualTo(2);
    assertThat(said()).contains("knows no word of any phrase of images=", "quux (1), zorb (1)");
  }

  /** Four images, one of which has a caption of 2,500 words. */
  private void tokenize(String split, int side, String phrase) throws IOException {
    tokens = temp.resolve("tokens-" + split);
    var rows = new ArrayList<Row>();
    for (int i = 0; i < 4; i++) {
      var caption = i == 2 ? "a dog ".repeat(1250) : "a dog";
      var layout = new Layout(caption, List.of(new Region(phrase, phrase, new Box(0, 0, 0.5f, 1))));
      var id = "i" + i;
      rows.add(new Sample(id, png(side), id, side, side, layout, "test", split).toRow());
    }
    ShardStore.write(
        LocalSpark.session().createDataFrame(rows, Sample.SCHEMA),
        Location.of(temp.resolve("shards-" + split)),
        new Provenance("test", "{}", List.of()));
    assertThat(
            run(
                new TokenizeJob(),
                Stream.of(
                    "data=" + temp.resolve("shards-" + split),
                    "tokenizer=" + model("model"),
                    "out=" + tokens)))
        .as(this::said)
        .isZero();
  }

  private int pretrain(String init, String... more) {
    return run(
        new PretrainJob(),
        Stream.concat(
            Stream.of(
                "init=" + model(init),
                "data=" + tokens,
                "out=" + temp.resolve("run"),
                "train.steps=4",
                "train.batch=2",
                "train.microShards=2",
                "train.eval.every=0",
                "train.checkpoints.every=0",
                "train.optim.warmupSteps=1"),
            Stream.of(more)));
  }

  private int run(Job<?> job, String model, String... more) {
    return run(
        job,
        Stream.concat(
            Stream.of("model=" + model(model), "out=" + temp.resolve("out" + ++runs)),
            Stream.of(more)));
  }

  private int run(Job<?> job, Stream<String> args) {
    LocalSpark.session(); // the job joins this session and, when it ends, stops it
    var print = new PrintStream(out, true, StandardCharsets.UTF_8);
    return new JobRunner(Reference.builtIn(), print, print).run(job, args.toList());
  }

  private static Path model(String name) {
    return shared.resolve(name);
  }

  private static byte[] png(int side) throws IOException {
    return Png.encode(new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB));
  }

  private String said() {
    return out.toString(StandardCharsets.UTF_8);
  }
}
