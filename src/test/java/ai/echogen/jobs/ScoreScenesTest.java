package ai.echogen.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.config.Reference;
import ai.echogen.data.LocalSpark;
import ai.echogen.data.Sample;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.data.synth.ShapeFamily;
import ai.echogen.jobs.cli.Job;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.model.RunMode;
import ai.echogen.model.TinyModel;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.model.decoder.Precision;
import ai.echogen.observe.scores.ScoredRun;
import ai.echogen.scoring.benchmarks.SceneScorer;
import ai.echogen.scoring.benchmarks.SceneScorer.Scene;
import ai.echogen.scoring.benchmarks.SceneScores;
import ai.echogen.storage.Location;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scenes of a random model: what is scored by part and by file is what is scored at once. */
class ScoreScenesTest {
  private static final int SAMPLES = 6;

  @TempDir private static Path shared;
  @TempDir private Path temp;
  private static final ByteArrayOutputStream OUT = new ByteArrayOutputStream();

  @BeforeAll
  static void makeTokensAndModel() throws IOException {
    var scenes = shared.resolve("scenes");
    run("local[2]", new SynthesizeJob(), "out=" + scenes, "count=9", "testCount=" + SAMPLES);
    var texts = new ArrayList<String>();
    for (var row : ShardStore.split(Location.of(scenes), "test").read()) {
      texts.add(Sample.layout(row).caption());
    }
    TinyModel.write(shared.resolve("model"), texts);
    run(
        "local[2]",
        new TokenizeJob(),
        "data=" + scenes,
        "tokenizer=" + shared.resolve("model"),
        "out=" + shared.resolve("tokens"));
  }

  @Test
  void numbersAreThoseOfAllSamplesAtOnce() throws IOException {
    var expected = atOnce();

    var one = scored("local[1]", "one", "splits=[test]");
    var four = scored("local[4]", "four", "splits=[test]");

    expected.forEach(
        (name, value) -> assertThat(one.summary().numbers().get(name)).as(name).isEqualTo(value));
    assertThat(expected).containsKeys("layout.ap50", "grounding.acc50", "frechet.drawing");
    assertThat(four.summary().numbers()).isEqualTo(one.summary().numbers());
    assertThat(four.summary().intervals()).isEqualTo(one.summary().intervals());
    assertThat(four.samples()).isEqualTo(one.samples()).hasSize(SAMPLES);
    assertThat(one.summary().numbers())
        .containsKeys(
            "grounding.assigned.acc50",
            "grounding.repeated",
            "grounding.baseline.constant.acc50",
            "grounding.baseline.mean.mean_iou",
            "grounding.baseline.phrase.acc50");
    assertThat(one.summary().intervals())
        .containsKeys("grounding.acc50", "cycle.mean_iou", "layout.mean_iou", "layout.ap50")
        .doesNotContainKey("frechet.drawing");
    for (var interval : one.summary().intervals().entrySet()) {
      double value = one.summary().numbers().get(interval.getKey()).doubleValue();
      assertThat(interval.getValue().low()).as(interval.getKey()).isLessThanOrEqualTo(value + 1e-9);
      assertThat(interval.getValue().high())
          .as(interval.getKey())
          .isGreaterThanOrEqualTo(value - 1e-9);
    }
    assertThat(temp.resolve("one/drawings/00.png")).isNotEmptyFile();
    assertThat(temp.resolve("one").resolve(one.samples().get(5).drawing())).isNotEmptyFile();
  }

  /** As it was before there were parts and files. */
  private static Map<String, Double> atOnce() {
    var rows = ShardStore.split(Location.of(shared.resolve("tokens")), "test").read();
    var layouts = rows.stream().map(Sample::layout).toList();
    var scorer =
        new SceneScorer(
            Location.of(shared.resolve("model")),
            RunMode.of(Optional.empty(), Precision.FP32),
            ShapeFamily.ofLayouts(layouts).orElseThrow(),
            1,
            4,
            2,
            new Decoder.Sampling(1, 0, 1, 2));
    var scenes = rows.stream().map(row -> new Scene(row, null)).toList();
    var context = JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext());
    return SceneScores.of(context.parallelize(scenes, 2).mapPartitions(scorer).collect(), true);
  }

  @Test
  void trainIsLabelledAndItsNumbersCarryItsName() throws IOException {
    var scored = scored("local[2]", "train", "splits=[test, train]", "bootstrap=0");

    assertThat(scored.summary().protocol())
        .containsEntry("split.train", "train, on which it was trained")
        .containsEntry("splits", "test, train")
        .containsEntry("benchmark", "scenes")
        .containsEntry("judge.judge", "shapes");
    assertThat(scored.summary().numbers())
        .containsEntry("samples", 6.0)
        .containsEntry("train.samples", 9.0)
        .containsKeys("grounding.acc50", "train.grounding.acc50");
    assertThat(scored.summary().intervals()).isEmpty();
    assertThat(scored.samples()).hasSize(15);
    assertThat(OUT.toString(StandardCharsets.UTF_8)).contains("train, on which it was trained");
  }

  private ScoredRun scored(String master, String name, String... more) throws IOException {
    var keys = new ArrayList<>(List.of(more));
    keys.add("model=" + shared.resolve("model"));
    keys.add("data=" + shared.resolve("tokens"));
    keys.add("out=" + temp.resolve(name));
    keys.addAll(List.of("batch=4", "drawings=2"));
    run(master, new ScoreJob(), keys.toArray(String[]::new));
    return ScoredRun.read(Location.of(temp.resolve(name)), name);
  }

  private static void run(String master, Job<?> job, String... keys) {
    var running = SparkSession.getDefaultSession();
    if (running.isDefined()) {
      running.get().stop(); // the job would join it, whatever its master
    }
    System.setProperty("spark.master", master);
    try {
      var print = new PrintStream(OUT, true, StandardCharsets.UTF_8);
      var code = new JobRunner(Reference.builtIn(), print, print).run(job, List.of(keys));
      assertThat(code).as(() -> OUT.toString(StandardCharsets.UTF_8)).isZero();
    } finally {
      System.clearProperty("spark.master");
    }
  }
}
