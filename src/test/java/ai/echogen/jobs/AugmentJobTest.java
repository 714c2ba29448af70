package ai.echogen.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.config.Reference;
import ai.echogen.data.LocalSpark;
import ai.echogen.data.Sample;
import ai.echogen.data.shards.Dropped;
import ai.echogen.data.shards.Provenance;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.data.synth.SpriteFiles;
import ai.echogen.image.Png;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import ai.echogen.storage.Location;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AugmentJobTest {
  private static final List<String> PHRASES = List.of("cup", "owl", "bee");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  @TempDir private Path temp;

  /** Twelve pictures to train on, three to test on, and others. */
  private void writeShards(Row... more) {
    var rows = new ArrayList<>(List.of(more));
    for (int i = 0; i < 15; i++) {
      rows.add(row(String.format(Locale.ROOT, "s%03d", i), i, i < 12 ? "train" : "test"));
    }
    var unused =
        ShardStore.write(
            LocalSpark.session().createDataFrame(rows, Sample.SCHEMA),
            dir("shards"),
            new Provenance("ingest", "{}", List.of()));
  }

  private static Row row(String id, int number, String split) {
    var image = new BufferedImage(80, 60, BufferedImage.TYPE_INT_RGB);
    var graphics = image.createGraphics();
    graphics.setColor(new Color(90 + 5 * number, 120, 100));
    graphics.fillRect(0, 0, 80, 60);
    graphics.setColor(Color.RED);
    graphics.fillRect(20, 15, 20, 30);
    graphics.dispose();
    var phrase = PHRASES.get(number % PHRASES.size());
    var region = new Region(phrase, phrase, new Box(0.25f, 0.25f, 0.5f, 0.75f));
    var layout = new Layout("photograph", List.of(region));
    return new Sample(id, Png.encode(image), id + ".png", 80, 60, layout, "photos", split).toRow();
  }

  private Location dir(String name) {
    return Location.of(temp.resolve(name));
  }

  @Test
  void oneCoreMakesTheBytesOfFour() throws IOException {
    SpriteFiles.write(temp.resolve("sprites"), temp.resolve("photos"));
    writeShards();
    String[] settings = {
      "copies=9", "size=40", "balance=true", "backgrounds=" + temp.resolve("photos")
    };

    assertThat(augment("local[1]", "one", settings)).as(this::console).isZero();
    assertThat(console())
        .contains("augment: 12 objects to paste, of 12 that could be")
        .contains("augment: 12 backgrounds, of 13")
        .containsPattern("1 {2}background does not decode\n +nature/torn.jpg")
        .containsPattern("\\d {2}objects pasted into copies")
        .containsPattern("train +120 rows")
        .contains("wrote ");
    assertThat(augment("local[4]", "four", settings)).as(this::console).isZero();

    var spark = LocalSpark.session();
    var manifest = ShardStore.verify(spark, dir("one"));
    assertThat(ShardStore.verify(spark, dir("four")).files()).isEqualTo(manifest.files());
    assertThat(manifest.rows()).containsEntry("train", 120L).containsEntry("test", 3L).hasSize(2);
    assertThat(manifest.job()).isEqualTo("augment");
    assertThat(manifest.dropped())
        .extracting(Dropped::reason)
        .containsExactly("background does not decode");
    assertThat(Files.readAllBytes(temp.resolve("four/samples.png")))
        .isEqualTo(Files.readAllBytes(temp.resolve("one/samples.png")));
    requireSamples(spark);
    assertThat(augment("local[2]", "again", "data=" + temp.resolve("one"))).isEqualTo(2);
    assertThat(console()).contains("holds changed copies already");
  }

  private void requireSamples(SparkSession spark) {
    var rows = ShardStore.read(spark, dir("one")).collectAsList();
    assertThat(rows).hasSize(123);
    for (var row : rows) {
      var sample = Sample.of(row);
      var image = Png.decode(sample.image());
      assertThat(image.getWidth()).isEqualTo(40).isEqualTo(sample.width());
      assertThat(sample.source()).isEqualTo("photos");
      assertThat(sample.layout().regions()).hasSizeBetween(1, Layout.MAX_REGIONS);
      if (sample.split().equals("test")) {
        assertThat(sample.layout().regions())
            .extracting(Region::box)
            .containsExactly(new Box(0.25f, 0.25f, 0.5f, 0.75f));
        assertThat(image.getRGB(15, 20)).isEqualTo(Color.RED.getRGB());
        assertThat(image.getRGB(25, 20)).isNotEqualTo(Color.RED.getRGB());
      }
    }
  }

  /** The first thing that cannot be used ends the run, and what was finished is there. */
  @Test
  void theSameCommandGoesOn() {
    writeShards(row("z~0001", 1, "train"));

    assertThat(augment("local[2]", "out", "copies=63", "size=16", "paste.share=0")).isEqualTo(2);

    assertThat(console()).contains("the sample z~0001 is a copy already").doesNotContain("goes on");
    assertThat(temp.resolve("out")).doesNotExist();
    assertThat(finished()).isPositive();
    assertThat(augment("local[1]", "out", "copies=63", "size=16", "paste.share=0")).isEqualTo(2);
    assertThat(console()).contains("augment: goes on with what an earlier run has finished");
  }

  private long finished() {
    try (var files = Files.walk(temp)) {
      return files.filter(file -> file.getFileName().toString().startsWith("part-0")).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aDryRunSaysRowsAndMegabytesAndWritesNothing() throws IOException {
    SpriteFiles.write(temp.resolve("sprites"), temp.resolve("photos"));
    writeShards();
    var photos = "backgrounds=" + temp.resolve("photos");

    assertThat(augment("local[2]", "out", "copies=100", photos, "--dry-run"))
        .as(this::console)
        .isZero();

    assertThat(console())
        .contains("test: 3 pictures, as they are\n")
        .contains("train: 12 pictures, and 100 changed copies of each\n")
        .contains("reads  13 of 13 backgrounds\n")
        .containsPattern("writes 1,215 rows, about \\d+\\.\\d MB, to .*out\n");
    assertThat(temp.resolve("out")).doesNotExist();
  }

  @Test
  void dataThatCannotBeUsedIsRefused() {
    writeShards();
    var spark = LocalSpark.session();
    var tokens = ShardStore.read(spark, dir("shards")).withColumn("tokenizer", functions.lit("vq"));
    var unused =
        ShardStore.write(tokens, dir("tokens"), new Provenance("tokenize", "{}", List.of()));

    assertThat(augment("local[2]", "out", "data=" + temp.resolve("tokens"))).isEqualTo(2);
    assertThat(augment("local[2]", "out", "split=val")).isEqualTo(2);
    assertThat(augment("local[2]", "out", "backgrounds=" + temp.resolve("nowhere"))).isEqualTo(2);

    assertThat(console())
        .contains("data must be sample shards, its rows have id, image,")
        .contains("no split val; it has [test, train]")
        .contains("nowhere: no such directory; check backgrounds");
  }

  @Test
  void everyWrongSettingIsNamedAtOnce() {
    assertThat(
            augment(
                "local[2]",
                "out",
                "copies=0",
                "size=4",
                "flip=2",
                "crop.share=0.9",
                "crop.zoomOut=0.2",
                "crop.minArea=0",
                "rotate.maxDegrees=90",
                "color.hue=NaN",
                "paste.mostHidden=1",
                "paste.maxScale=0.2"))
        .isEqualTo(2);

    assertThat(console())
        .contains("crop.zoomOut must be >= 0, and with crop.share at most 1, got 0.2")
        .contains("crop.minArea must be 0.01 to 1, got 0.0")
        .contains("rotate.maxDegrees must be 0 to 45, got 90.0")
        .contains("color.hue must be a number, got \"NaN\"")
        .contains("paste.mostHidden must be in [0, 1), got 1.0")
        .contains("paste.maxScale must be minScale to 4, got 0.2");
    assertThat(augment("local[2]", "out", "copies=0", "size=4", "flip=2")).isEqualTo(2);
    assertThat(console())
        .contains("copies must be 1 to 9999, got 0")
        .contains("size must be 8 to 1024, got 4")
        .contains("flip must be in [0, 1], got 2.0");
  }

  private int augment(String master, String to, String... more) {
    List<String> args = new ArrayList<>();
    args.add("data=" + temp.resolve("shards"));
    args.add("out=" + temp.resolve(to));
    args.addAll(List.of(more));
    var running = SparkSession.getDefaultSession();
    if (running.isDefined()) {
      running.get().stop(); // the job would join it, whatever its master
    }
    System.setProperty("spark.master", master);
    try {
      return new JobRunner(Reference.builtIn(), print(out), print(err)).run(new AugmentJob(), args);
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
