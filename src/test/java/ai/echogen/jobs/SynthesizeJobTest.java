package ai.echogen.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.config.Reference;
import ai.echogen.data.LocalSpark;
import ai.echogen.data.Sample;
import ai.echogen.data.shards.Dropped;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.data.synth.SceneSplit;
import ai.echogen.data.synth.ShapeScenes;
import ai.echogen.data.synth.SpriteFiles;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.storage.Location;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SynthesizeJobTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  @TempDir private Path temp;

  @Test
  void writesTheScenesOfEverySplitAndAPictureOfSome() {
    assertThat(synthesize("local[2]", "out", "count=40", "testCount=7")).as(this::console).isZero();

    var spark = LocalSpark.session();
    var dir = Location.of(temp.resolve("out"));
    var manifest = ShardStore.verify(spark, dir);
    assertThat(manifest.rows())
        .containsEntry("train", 40L)
        .containsEntry("test", 7L)
        .containsEntry("test_attributes", 7L)
        .hasSize(3);
    assertThat(manifest.settings().get("count").asLong()).isEqualTo(40);
    var scenes = new ShapeScenes(1, 64, 0.5);
    for (var split : SceneSplit.values()) {
      var rows = ShardStore.read(spark, dir, split.word()).collectAsList();
      for (var i = 0; i < rows.size(); i++) {
        var expected = scenes.sample(split, i);
        var sample = Sample.of(rows.get(i));
        assertThat(sample.id()).isEqualTo(expected.id());
        assertThat(sample.layout()).isEqualTo(expected.layout());
        assertThat(sample.image()).isEqualTo(expected.image());
        assertThat(sample.split()).isEqualTo(split.word());
      }
    }
    assertThat(temp.resolve("out/samples.png")).isNotEmptyFile();
    assertThat(console()).contains("40 rows").contains("left out: nothing").contains("wrote ");
  }

  @Test
  void oneCoreMakesTheRowsOfTwo() {
    assertThat(synthesize("local[1]", "one", "count=30", "testCount=5")).as(this::console).isZero();
    assertThat(synthesize("local[2]", "two", "count=30", "testCount=5")).as(this::console).isZero();

    var spark = LocalSpark.session();
    var one = ShardStore.read(spark, Location.of(temp.resolve("one"))).collectAsList();
    var two = ShardStore.read(spark, Location.of(temp.resolve("two"))).collectAsList();
    assertThat(two).hasSize(40).isEqualTo(one);
  }

  @Test
  void noTrainedLayoutIsInAHeldOutSplit() {
    assertThat(synthesize("local[2]", "out", "count=300", "testCount=60")).isZero();

    var spark = LocalSpark.session();
    var dir = Location.of(temp.resolve("out"));
    var trained = regions(spark, dir, "train");
    assertThat(regions(spark, dir, "test")).hasSize(60).doesNotContainAnyElementsOf(trained);
    assertThat(regions(spark, dir, "test_attributes")).doesNotContainAnyElementsOf(trained);
  }

  @Test
  void aDryRunSaysRowsAndBytesAndWritesNothing() {
    assertThat(synthesize("local[2]", "out", "--dry-run")).as(this::console).isZero();

    assertThat(console())
        .contains("20,000 scenes of train")
        .contains("500 scenes of test_attributes")
        .containsPattern("about [\\d,]+\\.\\d MB");
    assertThat(temp.resolve("out")).doesNotExist();
  }

  @Test
  void everyWrongSettingIsNamedAtOnce() {
    assertThat(synthesize("local[2]", "out", "count=0", "size=20", "attributesShare=2"))
        .isEqualTo(2);

    assertThat(console())
        .contains("count must be > 0, got 0")
        .contains("size must be 32 to 1024, got 20")
        .contains("attributesShare must be in [0, 1], got 2.0");
  }

  @Test
  void spritesArePastedAndUselessFilesAreInTheManifest() throws IOException {
    SpriteFiles.write(temp.resolve("sprites"), temp.resolve("backgrounds"));
    var sprites = "sprites=" + temp.resolve("sprites");
    var backgrounds = "backgrounds=" + temp.resolve("backgrounds");
    String[] args = {"source=sprites", sprites, backgrounds, "count=20", "testCount=6"};
    assertThat(synthesize("local[1]", "one", args)).as(this::console).isZero();
    assertThat(synthesize("local[2]", "two", args)).as(this::console).isZero();

    assertThat(console())
        .contains("7 sprites of 6 classes")
        .contains("sprite in a folder left out");
    var spark = LocalSpark.session();
    var manifest = ShardStore.verify(spark, Location.of(temp.resolve("two")));
    assertThat(manifest.rows()).containsEntry("train", 20L).containsEntry("test", 6L).hasSize(2);
    assertThat(manifest.dropped()).extracting(Dropped::reason).contains("no alpha channel");
    var one = ShardStore.read(spark, Location.of(temp.resolve("one"))).collectAsList();
    assertThat(ShardStore.read(spark, Location.of(temp.resolve("two"))).collectAsList())
        .isEqualTo(one);
    assertThat(temp.resolve("two/samples.png")).isNotEmptyFile();
  }

  @Test
  void spritesNeedTheirFolders() {
    assertThat(synthesize("local[2]", "out", "source=sprites")).isEqualTo(2);
    assertThat(
            synthesize(
                "local[2]", "out", "source=sprites", "sprites=/nowhere", "backgrounds=/nowhere"))
        .isEqualTo(2);

    assertThat(console())
        .contains("sprites must be given for source=sprites")
        .contains("backgrounds must be given for source=sprites")
        .contains("/nowhere: no such folder");
  }

  private static List<Object> regions(SparkSession spark, Location dir, String split) {
    return ShardStore.read(spark, dir, split).collectAsList().stream()
        .map(row -> (Object) Sample.layout(row).regions())
        .toList();
  }

  private int synthesize(String master, String dir, String... more) {
    List<String> args = new ArrayList<>();
    args.add("out=" + temp.resolve(dir));
    args.addAll(List.of(more));
    var running = SparkSession.getDefaultSession();
    if (running.isDefined()) {
      running.get().stop(); // the job would join it, whatever its master
    }
    System.setProperty("spark.master", master);
    try {
      return new JobRunner(Reference.builtIn(), print(out), print(err))
          .run(new SynthesizeJob(), args);
    } finally {
      System.clearProperty("spark.master");
    }
  }

  private String console() {
    return out.toString(StandardCharsets.UTF_8) + err.toString(StandardCharsets.UTF_8);
  }

  private static PrintStream print(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }
}
