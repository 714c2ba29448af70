package ai.echogen.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.cluster.JobProcess;
import ai.echogen.cluster.StandaloneCluster;
import ai.echogen.storage.RemoteFileSystem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every job takes its places as URIs, on any file system, and relative to where it is started. */
class PlacesTest {
  private static final int PATIENCE = 600;
  static final List<String> TOKENIZER =
      List.of(
          "model.baseChannels=8",
          "model.latentChannels=8",
          "model.numEmbeddings=32",
          "model.numPatches=4",
          "model.normGroups=4",
          "model.stem=4",
          "train.optim.warmupSteps=1",
          "train.batch=8",
          "train.steps=4",
          "evaluate=4");
  static final List<String> TRAINING = List.of("train.optim.warmupSteps=1", "train.batch=4");
  static final List<String> MODEL =
      List.of(
          "model.hidden=16",
          "model.intermediate=32",
          "model.layers=1",
          "model.heads=2",
          "model.keyValueHeads=2",
          "model.headWidth=8",
          "train.steps=4",
          "train.checkpoints.every=2",
          "train.checkpoints.keep=1");

  private static final Map<String, String> KRYO =
      Map.of(
          "spark.serializer",
          "org.apache.spark.serializer.KryoSerializer",
          "spark.kryo.registrationRequired",
          "true");
  private static final Map<String, String> PERSIAN_EXECUTORS =
      Map.of("spark.executor.extraJavaOptions", JobProcess.options(JobProcess.PERSIAN));
  private static final String ODD = "a [1] {b,c} *?#%41:d";

  @TempDir private Path temp;

  /** Also where Spark would read a pattern, and with settings that cut or pass over files. */
  @Test
  void placesAreUrisOfLocalFiles() throws IOException {
    var folder = Files.createDirectory(temp.resolve(ODD));
    runHere(
        jobs("file://" + folder + "/", folder),
        Map.of(
            "spark.master", "local[2]",
            "spark.sql.files.maxRecordsPerFile", "3",
            "spark.sql.files.ignoreCorruptFiles", "true",
            "spark.sql.files.ignoreMissingFiles", "true",
            "spark.sql.parquet.writeLegacyFormat", "true"));
    requireResults(folder);
  }

  @Test
  void placesAreOnAnotherFileSystem() throws IOException {
    var root = Files.createDirectory(temp.resolve("remote"));
    var spark = new HashMap<>(RemoteFileSystem.properties(root));
    spark.put("spark.master", "local[2]");
    var folder = Files.createDirectory(root.resolve(ODD));
    runHere(jobs("remote:///" + ODD + "/", folder), spark);
    requireResults(folder);
  }

  /** Also with the serializer that many clusters have, and where digits are other ones. */
  @Test
  void placesAreRelativeToWhereTheDriverIsStartedOnTwoWorkers()
      throws IOException, InterruptedException {
    var folder = Files.createDirectory(temp.resolve("elsewhere"));
    try (var cluster = StandaloneCluster.start(temp.resolve("cluster"), 2)) {
      var result =
          JobProcess.run(
              folder,
              SeveralJobs.class.getName(),
              temp.resolve("log"),
              with(cluster.properties(), KRYO, JobProcess.PERSIAN, PERSIAN_EXECUTORS),
              SeveralJobs.words(jobs("out/", folder.resolve("out"))),
              PATIENCE);
      assertThat(result.code()).as(result.output()).isZero();
    }
    requireResults(folder.resolve("out"));
  }

  /** Every job, each after those whose results it reads. */
  private static List<List<String>> jobs(String at, Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(
        folder.resolve("layouts.jsonl"),
        "{\"id\": \"a\", \"regions\": [{\"phrase\": \"hoop\", \"box\": [0, 0, 0.5, 0.5]}]}\n");
    Files.writeString(
        folder.resolve("images.jsonl"),
        "{\"id\": \"a\", \"image\": \"coco/images/000000000001.png\", \"phrases\": [\"hoop\"]}\n");
    var scenes = "data=" + at + "scenes";
    var tokens = "data=" + at + "tokens";
    var tokenizer = "tokenizer=" + at + "vq/model";
    var model = "model=" + at + "run/model";
    return List.of(
        List.of("synthesize", "out=" + at + "scenes", "count=24", "testCount=4"),
        with(TOKENIZER, "train-tokenizer", scenes, "out=" + at + "vq"),
        List.of("tokenize", scenes, tokenizer, "out=" + at + "tokens"),
        with(with(MODEL, TRAINING), "pretrain", tokens, tokenizer, "out=" + at + "run"),
        with(
            TRAINING,
            "pretrain",
            tokens,
            "init=" + at + "run/model",
            "out=" + at + "adapted",
            "form=separate",
            "lora.rank=2",
            "train.steps=2"),
        with(
            TRAINING,
            "pretrain",
            "stage=djo",
            tokens,
            "init=" + at + "run/model",
            "out=" + at + "djo",
            "train.steps=2"),
        with(
            TRAINING,
            "cycle-rl",
            tokens,
            "prompts=" + at + "scenes",
            "evalPrompts=" + at + "layouts.jsonl",
            "judge=none",
            "init=" + at + "djo/model",
            "out=" + at + "cycle",
            "train.steps=2",
            "train.eval.every=2",
            "train.eval.samples=2",
            "cycle.group=2",
            "policy.guide.weight=0.1",
            "policy.anchor.weight=0.1"),
        List.of("score", model, tokens, "out=" + at + "scores", "count=2"),
        List.of("generate", model, "layouts=" + at + "layouts.jsonl", "out=" + at + "drawn"),
        List.of("export", scenes, "out=" + at + "coco", "count=4"),
        List.of(
            "ingest",
            "instances=" + at + "coco/instances.json",
            "captions=" + at + "coco/captions.json",
            "images=" + at + "coco/images",
            "split=train",
            "out=" + at + "ingested"),
        List.of("verify", "data=" + at + "ingested"),
        List.of("stats", "data=" + at + "ingested", "out=" + at + "stats"),
        List.of(
            "generate",
            "task=ground",
            model,
            "images=" + at + "images.jsonl",
            "out=" + at + "boxes"),
        List.of("convert", model, "adapter=" + at + "adapted/adapter", "out=" + at + "converted"));
  }

  private static void requireResults(Path folder) {
    for (var file :
        List.of(
            "scenes/samples.png",
            "vq/scores.json",
            "tokens/manifest.json",
            "run/metrics.jsonl",
            "run/checkpoints/step-00000004/trainer.json",
            "djo/model/model.safetensors",
            "cycle/model/model.safetensors",
            "cycle/rollouts",
            "cycle/pictures",
            "scores/scores.json",
            "drawn/images",
            "ingested/manifest.json",
            "stats/index.html",
            "boxes/boxes.jsonl",
            "converted/model.safetensors")) {
      assertThat(folder.resolve(file)).exists();
    }
    assertThat(folder.resolve("run/tensorboard")).isNotEmptyDirectory();
    assertThat(folder.resolve("run/checkpoints").toFile().list()).containsExactly("step-00000004");
  }

  private static void runHere(List<List<String>> jobs, Map<String, String> spark) {
    SparkSession.getDefaultSession().foreach(PlacesTest::stop);
    spark.forEach(System::setProperty);
    var out = new ByteArrayOutputStream();
    var print = new PrintStream(out, true, StandardCharsets.UTF_8);
    try {
      var code = SeveralJobs.run(jobs, print);
      assertThat(code).as(() -> out.toString(StandardCharsets.UTF_8)).isZero();
    } finally {
      spark.keySet().forEach(System::clearProperty);
    }
  }

  private static Object stop(SparkSession session) {
    session.stop();
    return session;
  }

  @SafeVarargs
  private static Map<String, String> with(Map<String, String>... parts) {
    var all = new HashMap<String, String>();
    Arrays.asList(parts).forEach(all::putAll);
    return all;
  }

  private static List<String> with(List<String> more, String... words) {
    return with(Arrays.asList(words), more);
  }

  private static List<String> with(List<String> words, List<String> more) {
    var all = new ArrayList<>(words);
    all.addAll(more);
    return all;
  }
}
