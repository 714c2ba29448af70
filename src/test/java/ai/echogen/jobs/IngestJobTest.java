package ai.echogen.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.config.Reference;
import ai.echogen.data.LocalSpark;
import ai.echogen.data.Sample;
import ai.echogen.data.shards.LeftOut;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.image.Png;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.layout.Box;
import ai.echogen.storage.Location;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IngestJobTest {
  private static final byte[] PNG =
      Png.encode(new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB));

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  @TempDir private Path temp;

  /** Twelve images: 3 is missing, 4 and 5 are broken, and a box of 6 is outside. */
  @BeforeEach
  void writeFolder() throws IOException {
    Files.createDirectory(temp.resolve("images"));
    List<String> images = new ArrayList<>();
    List<String> boxes = new ArrayList<>();
    for (var i = 1; i <= 12; i++) {
      images.add("{\"id\":%d,\"file_name\":\"%d.png\",\"width\":40,\"height\":30}".formatted(i, i));
      boxes.add(annotation(i, i, "[10,5,20,15]"));
      var file = temp.resolve("images/" + i + ".png");
      switch (i) {
        case 3 -> {}
        case 4 -> Files.write(file, Arrays.copyOf(PNG, PNG.length / 2));
        case 5 -> Files.writeString(file, "<html>not found</html>");
        default -> Files.write(file, PNG);
      }
    }
    boxes.add(annotation(20, 6, "[60,5,20,15]"));
    var json =
        "{\"images\":[%s],\"annotations\":[%s],\"categories\":[{\"id\":18,\"name\":\"dog\"}]}"
            .formatted(String.join(",", images), String.join(",", boxes));
    Files.writeString(temp.resolve("instances.json"), json);
  }

  private static String annotation(int id, int image, String box) {
    return "{\"id\":%d,\"image_id\":%d,\"category_id\":18,\"bbox\":%s,\"iscrowd\":0}"
        .formatted(id, image, box);
  }

  @Test
  void writesTheGoodRowsAndNamesTheFourBadThings() throws IOException {
    assertThat(ingest("testShare=0.3")).as(this::console).isZero();

    assertThat(console())
        .contains("left out:")
        .containsPattern("2 {2}image does not decode\n +4.png \\(.*\\)\n +5.png \\(not an image")
        .containsPattern("1 {2}image file missing\n +3.png\n")
        .containsPattern(
            "1 {2}box outside the image\n +6.png: annotation 20 \\(dog\\) \\[60.0, 5.0")
        .containsPattern("9 {2}no caption, one was made from the boxes\nall that was left out: ");
    assertThat(LeftOut.read(temp.resolve("out")))
        .hasSize(4)
        .last()
        .isEqualTo("image file missing: 3.png");
    var spark = LocalSpark.session();
    assertThat(Png.decode(Files.readAllBytes(temp.resolve("out/samples.png"))).getWidth())
        .isGreaterThan(40);
    var manifest = ShardStore.verify(spark, Location.of(temp.resolve("out")));
    assertThat(manifest.totalRows()).isEqualTo(9);
    assertThat(manifest.dropped().stream().mapToLong(d -> d.count()).sum()).isEqualTo(4);
    assertThat(manifest.settings().get("testShare").asDouble()).isEqualTo(0.3);
    var rows = ShardStore.read(spark, Location.of(temp.resolve("out"))).collectAsList();
    assertThat(rows).hasSize(9);
    for (var row : rows) {
      var sample = Sample.of(row);
      assertThat(sample.image()).isEqualTo(PNG);
      assertThat(sample.layout().caption()).isEqualTo("a dog");
    }
  }

  /** All twelve files hold the same picture. */
  @Test
  void aPictureIsInOneSplitHoweverOftenItIsThere() throws IOException {
    for (var i = 3; i <= 5; i++) {
      Files.write(temp.resolve("images/" + i + ".png"), PNG);
    }

    assertThat(ingest("testShare=0.5")).as(this::console).isZero();

    var manifest = ShardStore.verify(LocalSpark.session(), Location.of(temp.resolve("out")));
    assertThat(manifest.rows()).hasSize(1).containsValue(12L);
  }

  @Test
  void idsThatLookAlikeAreDifferentRows() throws IOException {
    var json =
        """
        {"images": [{"id": 7, "file_name": "1.png"}, {"id": "07", "file_name": "1.png"},
          {"id": "000000000007", "file_name": "1.png"}],
         "annotations": [{"id": 1, "image_id": "7", "category_id": 1, "bbox": [1, 2, 3, 4]},
          {"id": 2, "image_id": "07", "category_id": 1, "bbox": [1, 2, 3, 4]},
          {"id": 3, "image_id": "000000000007", "category_id": 1, "bbox": [1, 2, 3, 4]}],
         "categories": [{"id": 1, "name": "dog"}]}
        """;
    Files.writeString(temp.resolve("instances.json"), json);

    assertThat(ingest("split=train")).as(this::console).isZero();

    assertThat(
            ShardStore.read(LocalSpark.session(), Location.of(temp.resolve("out"))).collectAsList())
        .extracting(row -> row.<String>getAs("id"))
        .containsExactly("coco-000000000007", "coco-07", "coco-text-000000000007");
  }

  @Test
  void aTruncatedJsonIsOneLineAndLeavesNoDirectory() throws IOException {
    var json = temp.resolve("instances.json");
    var text = Files.readString(json);
    Files.writeString(json, text.substring(0, text.length() / 2));

    assertThat(ingest()).isEqualTo(2);

    assertThat(err.toString(StandardCharsets.UTF_8).lines())
        .singleElement()
        .asString()
        .contains("instances.json: line 1, column " + (text.length() / 2 + 1));
    assertThat(temp.toFile().list()).containsExactlyInAnyOrder("images", "instances.json");
  }

  @Test
  void noUsableImageAtAllIsAnErrorThatSaysWhy() throws IOException {
    try (var files = Files.list(temp.resolve("images"))) {
      for (var file : files.toList()) {
        Files.delete(file);
      }
    }

    assertThat(ingest()).isEqualTo(2);

    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("no row is left to write")
        .contains("image file missing: 12 (");
    assertThat(temp.toFile().list()).containsExactlyInAnyOrder("images", "instances.json");
  }

  @Test
  void aDryRunCountsAndWritesNothing() {
    assertThat(ingest("--dry-run")).as(this::console).isZero();

    assertThat(console()).contains("12 images, 13 annotations, 1 categories, 0 captions");
    assertThat(temp.resolve("out")).doesNotExist();
  }

  @Test
  void everyWrongSettingIsNamedAtOnce() {
    assertThat(ingest("testShare=1.5", "size=2", "source=a/b")).isEqualTo(2);

    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("testShare must be in [0, 1], got 1.5")
        .contains("size must be 8 to 4096, got 2")
        .contains("source must be a plain name, got a/b");
  }

  @Test
  void theShippedConfigurationBinds() {
    var code =
        new JobRunner(Reference.builtIn(), print(out), print(err))
            .run(
                new IngestJob(),
                List.of("--config", "conf/ingest-coco2017.conf", "out=" + temp, "--dry-run"));

    assertThat(code).isEqualTo(2); // it binds; what it names is not here
    assertThat(console()).contains("already holds").doesNotContain("ingest-coco2017.conf");
  }

  @Test
  void readsPascalVocWithTheSameRules() throws IOException {
    Files.createDirectory(temp.resolve("Annotations"));
    for (var i = 1; i <= 6; i++) {
      Files.writeString(
          temp.resolve("Annotations/" + i + ".xml"),
          """
          <annotation><filename>%d.png</filename><size><width>40</width><height>30</height></size>
          <object><name>dog</name><bndbox><xmin>11</xmin><ymin>6</ymin><xmax>30</xmax><ymax>20</ymax></bndbox></object>
          </annotation>"""
              .formatted(i));
    }
    var args =
        List.of(
            "format=voc",
            "annotations=" + temp.resolve("Annotations"),
            "images=" + temp.resolve("images"),
            "out=" + temp.resolve("out"),
            "split=train");
    LocalSpark.session(); // the job joins this session and, when it ends, stops it
    var code =
        new JobRunner(Reference.builtIn(), print(out), print(err)).run(new IngestJob(), args);

    assertThat(code).as(this::console).isZero();
    assertThat(console())
        .contains("ingest: 6 annotation files")
        .containsPattern("2 {2}image does not decode\n +4.png")
        .containsPattern("1 {2}image file missing\n +3.png\n");
    var rows =
        ShardStore.split(Location.of(temp.resolve("out")), "train", "id", "caption", "regions")
            .head(9)
            .read();
    assertThat(rows).extracting(row -> row.getAs("id")).containsExactly(ids("1", "2", "6"));
    var layout = Sample.layout(rows.get(0));
    assertThat(layout.regions()).hasSize(1);
    assertThat(layout.regions().get(0).box())
        .isEqualTo(new Box(10 / 40f, 5 / 30f, 30 / 40f, 20 / 30f));
  }

  private static Object[] ids(String... numbers) {
    return Stream.of(numbers).map(number -> "voc-" + "0".repeat(11) + number).toArray();
  }

  @Test
  void eachFormatHasKeysOfItsOwn() {
    assertThat(ingest("format=voc")).isEqualTo(2);
    assertThat(console())
        .contains("instances is not for format=voc", "annotations must be given for format=voc");
  }

  private int ingest(String... more) {
    List<String> args = new ArrayList<>();
    args.add("instances=" + temp.resolve("instances.json"));
    args.add("images=" + temp.resolve("images"));
    args.add("out=" + temp.resolve("out"));
    args.addAll(List.of(more));
    LocalSpark.session(); // the job joins this session and, when it ends, stops it
    return new JobRunner(Reference.builtIn(), print(out), print(err)).run(new IngestJob(), args);
  }

  private String console() {
    return out.toString(StandardCharsets.UTF_8) + err.toString(StandardCharsets.UTF_8);
  }

  private static PrintStream print(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }
}
