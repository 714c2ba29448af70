package ai.echogen.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.config.Reference;
import ai.echogen.data.LocalSpark;
import ai.echogen.data.Sample;
import ai.echogen.data.lines.LayoutLines;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.image.ImageFile;
import ai.echogen.image.Png;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.layout.NamedLayout;
import ai.echogen.layout.Region;
import ai.echogen.model.TinyModel;
import ai.echogen.storage.FileName;
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
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GenerateJobTest {
  private static final int NUM_LAYOUTS = 10;

  @TempDir private static Path shared;
  @TempDir private Path temp;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private Path layouts;

  @BeforeAll
  static void writeModel() throws IOException {
    TinyModel.write(shared.resolve("model"), List.of("a red dog and the blue ball"));
  }

  @BeforeEach
  void writeLayouts() throws IOException {
    layouts = temp.resolve("layouts.jsonl");
    var lines =
        IntStream.range(0, NUM_LAYOUTS)
            .mapToObj(
                i ->
                    """
                    {"id": "scene/%d", "caption": "a dog%s", "regions": [
                    {"phrase": "a red dog", "box": [0.1, 0.2, 0.%d5, 0.9], "category": "dog"},
                    {"phrase": "the blue ball", "box": [0, 0, 0.5, 1]}]}"""
                        .formatted(i, " and a ball".repeat(i % 3), i)
                        .replace("\n", " "))
            .map(line -> line.replace("0.05", "0.15"));
    Files.write(layouts, lines.toList());
  }

  @Test
  void drawsLayoutsIntoShardsAndPngFiles() throws IOException {
    assertThat(draw("out")).as(this::console).isZero();

    var spark = LocalSpark.session();
    var dir = temp.resolve("out");
    var manifest = ShardStore.verify(spark, Location.of(dir));
    assertThat(manifest.rows()).containsExactly(Map.entry("generated", 10L));
    for (var row : rows("out")) {
      var sample = Sample.of(row);
      var image = ImageFile.decode(sample.image());
      assertThat(image.getWidth()).isEqualTo(TinyModel.SIDE);
      assertThat(row.<Object>getList(row.fieldIndex("codes"))).hasSize(TinyModel.CODES);
      assertThat(row.<String>getAs("tokenizer")).hasSize(64);
      assertThat(sample.layout().regions().get(0).category()).isEqualTo("dog");
      assertThat(Files.readAllBytes(dir.resolve(sample.path()))).isEqualTo(sample.image());
    }
    assertThat(dir.resolve("images").toFile().list()).hasSize(10).contains("scene%2F3.png");
    assertThat(ImageFile.decode(Files.readAllBytes(dir.resolve("samples.png")))).isNotNull();
    assertThat(console()).contains("wrote 10 drawings to ");
    assertThat(temp.toFile().list()).containsExactlyInAnyOrder("layouts.jsonl", "out");
  }

  @Test
  void aDrawingDependsOnSeedAndIdButNotOnBatchOrOrder() throws IOException {
    assertThat(draw("eight", "batch=8")).as(this::console).isZero();
    var lines = new ArrayList<>(Files.readAllLines(layouts));
    Collections.reverse(lines);
    Files.write(layouts, lines);
    assertThat(draw("one", "batch=1")).as(this::console).isZero();
    assertThat(draw("other", "seed=2")).as(this::console).isZero();

    assertThat(images("one")).isEqualTo(images("eight"));
    assertThat(images("other")).isNotEqualTo(images("eight"));
    assertThat(images("eight")).doesNotHaveDuplicates();
  }

  @Test
  void shardsCanBeDrawnAgainAndSeveralTimesEach() {
    assertThat(draw("first")).as(this::console).isZero();
    var args = List.of("layouts=" + temp.resolve("first"), "split=generated", "samples=2");
    var more = new ArrayList<>(args);
    more.addAll(List.of("count=3", "model=" + model(), "out=" + temp.resolve("again")));

    assertThat(run(more)).as(this::console).isZero();

    assertThat(rows("again").stream().map(row -> row.<String>getAs("id")))
        .containsExactly(
            "scene/0-0", "scene/0-1", "scene/1-0", "scene/1-1", "scene/2-0", "scene/2-1");
    assertThat(images("again")).doesNotHaveDuplicates();
    assertThat(images("again").get(2)).isEqualTo(images("first").get(1));
  }

  @Test
  void theLikeliestOfOneIsTheLikeliest() {
    assertThat(draw("greedy", "temperature=0", "count=3")).as(this::console).isZero();
    assertThat(draw("top", "topK=1", "count=3")).as(this::console).isZero();
    assertThat(draw("free", "guidance=1", "count=3")).as(this::console).isZero();

    assertThat(images("top")).isEqualTo(images("greedy")).isNotEqualTo(images("free"));
  }

  @Test
  void aRunThatFailsLeavesNothing() throws IOException {
    var broken = Files.createDirectory(temp.resolve("broken"));
    Files.copy(model().resolve("config.json"), broken.resolve("config.json"));
    Files.copy(model().resolve("tokenizer.json"), broken.resolve("tokenizer.json"));

    assertThat(draw("out", "model=" + broken)).isNotZero();

    assertThat(console()).contains("broken");
    assertThat(temp.toFile().list()).containsExactlyInAnyOrder("layouts.jsonl", "broken");
  }

  @Test
  void everyBadLineIsListedBeforeAnythingIsWritten() throws IOException {
    Files.writeString(
        layouts,
        """
        {"id": "a", "caption": "a dog", "regions": [{"phrase": "a dog", "box": [0, 0, 50, 60]}]}
        {"id": "a", "caption": "fine", "regions": []}
        not json
        {"id": "b", "captoin": "x", "regions": [{"phrase": " ", "box": [0, 0, 1]}]}

        ["a list"]
        {"id": "c", "caption": "", "regions": "none"}
        """);

    assertThat(draw("out")).isEqualTo(2);

    assertThat(err.toString(StandardCharsets.UTF_8).lines())
        .allMatch(line -> line.startsWith("error: " + layouts + ": "))
        .map(line -> line.substring(("error: " + layouts + ": ").length()))
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .startsWith("1: regions[0].box: a box needs 0 <= x0 < x1 <= 1")
                    .endsWith("divide pixels by the image's width and height"),
            line ->
                assertThat(line).isEqualTo("2: id a is that of line 1 too; give each line its own"),
            line -> assertThat(line).startsWith("3: not JSON at column "),
            line -> assertThat(line).isEqualTo("4: captoin is not a key; did you mean caption?"),
            line ->
                assertThat(line)
                    .isEqualTo("4: regions[0].phrase must be a text that is not blank, got \" \""),
            line ->
                assertThat(line)
                    .isEqualTo("4: regions[0].box must be [x0, y0, x1, y1], got [0,0,1]"),
            line -> assertThat(line).isEqualTo("6: must be a JSON object, got [\"a list\"]"),
            line ->
                assertThat(line).isEqualTo("7: regions must be a list of 0 to 10, got \"none\""),
            line ->
                assertThat(line)
                    .isEqualTo("7: caption must be a text that is not blank, got \"\""));
    assertThat(temp.toFile().list()).containsExactly("layouts.jsonl");
  }

  @Test
  void readsABoxForEveryPhraseAndNamesImagesThatItCannotUse() throws IOException {
    Files.createDirectory(temp.resolve("photos"));
    var png = Png.encode(new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB));
    Files.write(temp.resolve("photos/1.png"), png);
    Files.write(temp.resolve("photos/half.png"), Arrays.copyOf(png, png.length / 2));
    Files.writeString(
        temp.resolve("images.jsonl"),
        """
        {"id": "one", "image": "photos/1.png", "phrases": ["a red dog", "the blue ball"]}
        {"id": "half", "image": "photos/half.png", "phrases": ["a red dog"]}
        {"id": "none", "image": "photos/none.png", "phrases": ["a red dog"]}
        {"id": "again", "image": "%s", "phrases": ["a ball"], "caption": "two words"}
        """
            .formatted(temp.resolve("photos/1.png")));

    assertThat(ground("images=" + temp.resolve("images.jsonl"))).as(this::console).isZero();

    var file = Location.of(temp.resolve("boxes/boxes.jsonl"));
    var boxes = LayoutLines.read(LayoutLines.index(file).all());
    assertThat(boxes).extracting(NamedLayout::id).containsExactly("one", "again");
    assertThat(boxes.get(0).layout().regions())
        .extracting(Region::phrase)
        .containsExactly("a red dog", "the blue ball");
    assertThat(boxes.get(0).layout().caption()).isEqualTo("a red dog, the blue ball");
    assertThat(boxes.get(1).layout().caption()).isEqualTo("two words");
    assertThat(console())
        .contains("left out: image does not decode: 1 (", "left out: image file missing: 1 (")
        .contains("wrote boxes of 2 images to ");
    assertThat(Files.readAllLines(temp.resolve("boxes/left-out.txt"))).hasSize(2);
  }

  @Test
  void anImageOutOfReachDoesNotEndTheOthers() throws IOException {
    var png = Png.encode(new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB));
    Files.write(temp.resolve("1.png"), png);
    Files.writeString(
        temp.resolve("images.jsonl"),
        """
        {"id": "web", "image": "http://127.0.0.1:1/1.png", "phrases": ["a dog"]}
        {"id": "system", "image": "none://host/1.png", "phrases": ["a dog"]}
        {"id": "one", "image": "1.png", "phrases": ["a dog"]}
        """);

    assertThat(ground("images=" + temp.resolve("images.jsonl"))).isEqualTo(2);
    assertThat(console())
        .contains("images.jsonl: 1: ", "images.jsonl: 2: ", "image must lie below the folder")
        .doesNotContain("cannot be reached");

    assertThat(
            ground("images=" + temp.resolve("images.jsonl"), "allow=[\"http:\", \"none://host\"]"))
        .as(this::console)
        .isZero();

    assertThat(console())
        .contains("left out: image file cannot be reached: 2 (http://127.0.0.1:1/1.png (")
        .contains("wrote boxes of 1 images to ")
        .contains("2 images were left out: ");
  }

  @Test
  void boxesOfShardsCanBeDrawn() throws IOException {
    assertThat(draw("drawn")).as(this::console).isZero();
    assertThat(ground("images=" + temp.resolve("drawn"), "split=generated", "batch=3"))
        .as(this::console)
        .isZero();
    layouts = temp.resolve("boxes/boxes.jsonl");
    assertThat(Files.readAllLines(layouts)).hasSize(NUM_LAYOUTS);

    assertThat(draw("again")).as(this::console).isZero();

    assertThat(rows("again")).hasSize(NUM_LAYOUTS);
  }

  @Test
  void withoutAUsableImageNothingIsWritten() throws IOException {
    var file = temp.resolve("images.jsonl");
    Files.writeString(file, "{\"id\": \"a\", \"image\": \"a.png\", \"phrases\": [\"a dog\"]}");

    assertThat(ground("images=" + file)).isEqualTo(2);

    assertThat(console()).contains("no image could be used").contains("image file missing: 1 (");
    assertThat(temp.toFile().list()).containsExactlyInAnyOrder("layouts.jsonl", "images.jsonl");
  }

  @ParameterizedTest
  @CsvSource({
    "a\\b.png, back-slashes: write the image with / instead",
    "a%20b.png, escapes of a URL: write the image as the file is called"
  })
  void aMissingImagesNameComesWithAHint(String name, String hint) throws IOException {
    var file = temp.resolve("images.jsonl");
    Files.writeString(
        file,
        "{\"id\": \"a\", \"image\": \"%s\", \"phrases\": [\"a dog\"]}"
            .formatted(name.replace("\\", "\\\\")));

    assertThat(ground("images=" + file)).isEqualTo(2);

    assertThat(console()).contains("image file missing: 1 (", hint);
  }

  @Test
  void aDryRunCountsAndWritesNothing() {
    assertThat(draw("out", "--dry-run", "samples=3")).as(this::console).isZero();

    assertThat(console())
        .contains(
            "draws  10 layouts of " + layouts + ", 3 times each, as 16 × 16 pixels, 16 tokens")
        .contains("tokens 480 to draw, twice with guidance");
    assertThat(temp.resolve("out")).doesNotExist();
  }

  @Test
  void wrongSettingsAndMissingInputsSayTheWayOut() {
    assertThat(run(List.of("model=m", "out=o", "task=ground", "batch=0", "layouts=x")))
        .isEqualTo(2);
    assertThat(run(List.of("model=" + temp, "out=" + temp.resolve("o"), "layouts=x"))).isEqualTo(2);
    assertThat(
            run(List.of("model=" + model(), "out=" + temp.resolve("o"), "layouts=/no/such.jsonl")))
        .isEqualTo(2);

    assertThat(console())
        .contains("images must be given for task=ground")
        .contains("layouts is for task=draw; task=ground has images")
        .contains("batch must be > 0, got 0")
        .contains(temp + " is not a model directory")
        .contains("/no/such.jsonl: no such file or directory; check layouts");
  }

  @ParameterizedTest
  @CsvSource({"a-1_b.c, a-1_b.c", "a/b, a%2Fb", "../x, %2E.%2Fx", "é, %C3%A9", "50%, 50%25"})
  void idsBecomeFileNamesThatStayInTheirFolder(String id, String name) {
    assertThat(FileName.of(id)).isEqualTo(name);
  }

  private int draw(String to, String... more) {
    var args = new ArrayList<>(List.of("layouts=" + layouts, "model=" + model()));
    args.add("out=" + temp.resolve(to));
    args.addAll(List.of(more));
    return run(args);
  }

  private int ground(String... more) {
    var args = new ArrayList<>(List.of("task=ground", "model=" + model()));
    args.add("out=" + temp.resolve("boxes"));
    args.addAll(List.of(more));
    return run(args);
  }

  private int run(List<String> args) {
    LocalSpark.session(); // the job joins this session and, when it ends, stops it
    return new JobRunner(Reference.builtIn(), print(out), print(err)).run(new GenerateJob(), args);
  }

  private static Path model() {
    return shared.resolve("model");
  }

  private List<Row> rows(String dir) {
    return ShardStore.read(LocalSpark.session(), Location.of(temp.resolve(dir)), "generated")
        .collectAsList();
  }

  /** In the order of the ids. */
  private List<String> images(String dir) {
    return rows(dir).stream().map(row -> Arrays.toString(Sample.of(row).image())).toList();
  }

  private String console() {
    return out.toString(StandardCharsets.UTF_8) + err.toString(StandardCharsets.UTF_8);
  }

  private static PrintStream print(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }
}
