package ai.echogen.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.config.Reference;
import ai.echogen.data.LocalSpark;
import ai.echogen.data.Sample;
import ai.echogen.data.shards.FileSize;
import ai.echogen.data.shards.Provenance;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.data.synth.SceneSplit;
import ai.echogen.data.synth.ShapeScenes;
import ai.echogen.jobs.cli.Job;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.storage.Location;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportJobTest {
  private static final int ROWS = 25;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  @TempDir private Path temp;

  @BeforeEach
  void writeShards() {
    var scenes = new ShapeScenes(9, 57, 0); // a size that no fraction of 2 divides
    var rows =
        IntStream.range(0, ROWS).mapToObj(i -> scenes.sample(SceneSplit.TRAIN, i).toRow()).toList();
    ShardStore.write(
        LocalSpark.session().createDataFrame(rows, Sample.SCHEMA),
        Location.of(temp.resolve("shards")),
        new Provenance("test", "{}", List.of()),
        new FileSize(7, 1 << 20)); // four files
  }

  @Test
  void whatIsExportedIsIngestedAgain() {
    assertThat(
            run(new ExportJob(), "out=" + temp.resolve("coco"), "data=" + temp.resolve("shards")))
        .as(this::console)
        .isZero();
    assertThat(
            run(
                new IngestJob(),
                "instances=" + temp.resolve("coco/instances.json"),
                "captions=" + temp.resolve("coco/captions.json"),
                "images=" + temp.resolve("coco/images"),
                "split=train",
                "out=" + temp.resolve("again")))
        .as(this::console)
        .isZero();

    assertThat(console()).contains("wrote 25 samples").contains("kept with a change: nothing");
    var before = samples("shards");
    var after = samples("again");
    assertThat(after).hasSize(ROWS);
    for (var i = 0; i < ROWS; i++) {
      var expected = before.get(i).layout();
      var got = after.get(i).layout();
      assertThat(after.get(i).image()).isEqualTo(before.get(i).image());
      assertThat(got.caption()).isEqualTo(expected.caption());
      assertThat(got.regions()).hasSameSizeAs(expected.regions());
      for (var r = 0; r < got.regions().size(); r++) {
        assertThat(got.regions().get(r).category()).isEqualTo(expected.regions().get(r).category());
        assertThat(got.regions().get(r).box().l1(expected.regions().get(r).box()))
            .isCloseTo(0, within(1e-7));
      }
    }
  }

  /** A row says where its picture came from, and nothing of that becomes a path. */
  @Test
  void whatARowSaysLeadsNowhereElse() throws Exception {
    var row = new ShapeScenes(9, 57, 0).sample(SceneSplit.TRAIN, 0);
    var hostile =
        new Sample(
            "../../id",
            "no picture".getBytes(StandardCharsets.UTF_8),
            "a.\n/../../../../pwned",
            row.width(),
            row.height(),
            row.layout(),
            "s",
            "train");
    ShardStore.write(
        LocalSpark.session().createDataFrame(List.of(hostile.toRow()), Sample.SCHEMA),
        Location.of(temp.resolve("hostile")),
        new Provenance("test", "{}", List.of()));
    assertThat(
            run(
                new ExportJob(),
                "out=" + temp.resolve("deep/coco"),
                "data=" + temp.resolve("hostile")))
        .as(this::console)
        .isZero();
    try (var files = Files.walk(temp)) {
      assertThat(files.map(temp::relativize).map(Path::toString))
          .contains("deep/coco/images/000000000001.bin")
          .noneMatch(name -> name.contains("pwned"));
    }
  }

  @Test
  void countLimitsToTheFirstSamples() throws Exception {
    assertThat(
            run(
                new ExportJob(),
                "out=" + temp.resolve("coco"),
                "data=" + temp.resolve("shards"),
                "count=10"))
        .isZero();

    try (var images = Files.list(temp.resolve("coco/images"))) {
      assertThat(images.filter(file -> file.toString().endsWith(".png"))).hasSize(10);
    }
    assertThat(Files.readString(temp.resolve("coco/instances.json")))
        .contains("\"sample_id\":\"shapes-train-00000009\"")
        .doesNotContain("shapes-train-00000010");
  }

  @Test
  void whatIsExportedCanBeEditedByHand() throws Exception {
    run(new ExportJob(), "out=" + temp.resolve("coco"), "data=" + temp.resolve("shards"));
    try (var files = Files.walk(temp.resolve("coco"))) {
      assertThat(files).noneMatch(file -> file.getFileName().toString().startsWith("."));
    }
    // Other software that writes through Hadoop leaves such sums, which then are out of date.
    Files.writeString(temp.resolve("coco/.instances.json.crc"), "crc\0 of another text");
    Files.writeString(temp.resolve("coco/images/.000000000001.png.crc"), "crc\0 of another file");

    assertThat(
            run(
                new IngestJob(),
                "instances=" + temp.resolve("coco/instances.json"),
                "images=" + temp.resolve("coco/images"),
                "split=train",
                "out=" + temp.resolve("again")))
        .as(this::console)
        .isZero();

    assertThat(samples("again")).hasSize(ROWS);
  }

  @Test
  void aDryRunSaysWhatWouldBeWritten() {
    var data = "data=" + temp.resolve("shards");
    assertThat(run(new ExportJob(), "out=" + temp.resolve("coco"), data, "--dry-run")).isZero();

    assertThat(console()).contains("writes 25 samples of train to");
    assertThat(temp.resolve("coco")).doesNotExist();
  }

  @Test
  void aMissingSplitIsOneLineThatNamesThoseThereAre() {
    var data = "data=" + temp.resolve("shards");
    assertThat(run(new ExportJob(), "out=" + temp.resolve("coco"), data, "split=tset"))
        .isEqualTo(2);

    assertThat(console()).contains("no split tset; it has [train]");
  }

  @Test
  void aBrokenExportLeavesNothing() throws Exception {
    try (var files = Files.list(temp.resolve("shards/data"))) {
      var file = files.filter(f -> f.toString().endsWith(".parquet")).sorted().toList().get(2);
      var bytes = Files.readAllBytes(file);
      Arrays.fill(bytes, 4, bytes.length - 8, (byte) 0);
      Files.write(file, bytes);
      Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
    }
    var data = "data=" + temp.resolve("shards");

    assertThat(run(new ExportJob(), "out=" + temp.resolve("coco"), data)).isNotZero();

    assertThat(temp.toFile().list()).containsExactly("shards");
  }

  private List<Sample> samples(String dir) {
    return ShardStore.read(LocalSpark.session(), Location.of(temp.resolve(dir)))
        .collectAsList()
        .stream()
        .map(Sample::of)
        .toList();
  }

  private int run(Job<?> job, String... args) {
    LocalSpark.session(); // the job joins this session and, when it ends, stops it
    return new JobRunner(Reference.builtIn(), print(out), print(err))
        .run(job, new ArrayList<>(List.of(args)));
  }

  private String console() {
    return out.toString(StandardCharsets.UTF_8) + err.toString(StandardCharsets.UTF_8);
  }

  private static PrintStream print(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }
}
