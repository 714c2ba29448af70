package ai.echogen.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.echogen.config.Reference;
import ai.echogen.data.LocalSpark;
import ai.echogen.data.Sample;
import ai.echogen.data.shards.Dropped;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.image.Png;
import ai.echogen.inference.Grounder;
import ai.echogen.jobs.cli.Job;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.jobs.draw.DrawingRound;
import ai.echogen.layout.Layout;
import ai.echogen.model.JanusModel;
import ai.echogen.model.RunMode;
import ai.echogen.model.TinyModel;
import ai.echogen.storage.LocalFiles;
import ai.echogen.storage.Location;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.collection.JavaConverters;

class DrawDatasetJobTest {
  private static final int NUM_LAYOUTS = 8;
  private static final int DRAWINGS = 3;

  @TempDir private static Path shared;
  @TempDir private Path temp;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeAll
  static void writeModel() throws IOException {
    TinyModel.write(shared.resolve("model"), List.of("a red dog and the blue ball"));
  }

  /** One region in even scenes, two in odd ones. */
  @BeforeEach
  void writeLayouts() throws IOException {
    var lines = new ArrayList<String>();
    for (int i = 0; i < NUM_LAYOUTS; i++) {
      var second = ", {\"phrase\": \"the blue ball\", \"box\": [0, 0, 0.5, 1]}".repeat(i % 2);
      lines.add(
          """
          {"id": "s%d", "caption": "a dog", "regions": [{"phrase": "a red dog", "box": [0.1, 0.2, 0.%d5, 0.9]}%s]}\
          """
              .formatted(i, i + 1, second));
    }
    Files.write(temp.resolve("layouts.jsonl"), lines);
  }

  @Test
  void withoutAThresholdAllAreKeptAndTheBestOfEach() throws IOException {
    assertThat(draw("out", "keep=0")).as(this::console).isZero();

    var best = best();
    var manifest = ShardStore.verify(LocalSpark.session(), location("out"));
    assertThat(manifest.rows()).containsExactly(Map.entry("train", (long) NUM_LAYOUTS));
    assertThat(manifest.schema().fieldNames()).isEqualTo(Sample.SCHEMA.fieldNames());
    assertThat(manifest.job()).isEqualTo("draw-dataset");
    assertThat(manifest.settings().get("model_fingerprint").asText()).hasSize(64);
    for (var row : rows("out", "train")) {
      var sample = Sample.of(row);
      assertThat(sample.source()).isEqualTo("model");
      assertThat(sample.width()).isEqualTo(TinyModel.SIDE);
      assertThat(Png.decode(sample.image()).getHeight()).isEqualTo(TinyModel.SIDE);
      assertThat(sample.image()).isEqualTo(best.get(sample.id()).image());
      assertThat(sample.layout()).isEqualTo(best.get(sample.id()).layout());
    }
    assertThat(temp.resolve("out/samples.png")).isNotEmptyFile();
    assertThat(temp.resolve("out/agreement")).doesNotExist();
    assertThat(temp.toFile().list())
        .contains("layouts.jsonl", "out")
        .noneMatch(name -> name.contains("partial"));
  }

  @Test
  void whatDoesNotAgreeIsLeftOutAndCounted() throws IOException {
    var best = best();
    double keep =
        best.values().stream().mapToDouble(Best::agreement).sorted().toArray()[NUM_LAYOUTS / 2];
    var kept = best.values().stream().filter(one -> one.agreement() >= keep).count();
    assertThat(kept).isBetween(1L, NUM_LAYOUTS - 1L);

    assertThat(draw("out", "keep=" + keep, "outSplit=drawn")).as(this::console).isZero();

    var manifest = ShardStore.manifest(location("out"));
    assertThat(manifest.rows()).containsExactly(Map.entry("drawn", kept));
    assertThat(rows("out", "drawn")).allMatch(row -> best.get(row.getAs("id")).agreement() >= keep);
    assertThat(manifest.dropped())
        .extracting(Dropped::reason)
        .containsExactly(DrawingRound.NONE_AGREED);
    assertThat(manifest.dropped().get(0).count()).isEqualTo(NUM_LAYOUTS - kept);
    assertThat(manifest.dropped().get(0).examples()).allMatch(what -> what.contains(" (best 0."));

    var json = kept("out");
    assertThat(json.at("/layouts").asLong()).isEqualTo(NUM_LAYOUTS);
    assertThat(json.at("/kept").asLong()).isEqualTo(kept);
    assertThat(json.at("/keptShare").asDouble()).isEqualTo((double) kept / NUM_LAYOUTS);
    assertThat(json.at("/drawings").asInt()).isEqualTo(DRAWINGS);
    assertThat(json.at("/agreement").asText()).isEqualTo("mean-iou");
    for (int regions = 1; regions <= 2; regions++) {
      int number = regions;
      var alike =
          best.values().stream().filter(b -> b.layout().regions().size() == number).toList();
      var of = json.at("/byRegions/" + regions);
      assertThat(of.at("/layouts").asLong()).isEqualTo(alike.size());
      assertThat(of.at("/kept").asLong())
          .isEqualTo(alike.stream().filter(b -> b.agreement() >= keep).count());
      assertThat(of.at("/meanOfBest").asDouble())
          .isCloseTo(
              alike.stream().mapToDouble(Best::agreement).average().orElseThrow(), within(1e-5));
      for (int bin = 0; bin < 20; bin++) {
        double from = bin / 20.0;
        assertThat(of.at("/counts/" + bin).asLong())
            .isEqualTo(
                alike.stream()
                    .filter(b -> b.agreement() >= from && b.agreement() < from + 0.05)
                    .count());
      }
    }
    assertThat(console()).containsPattern("all +8 +" + kept).contains("no drawing agreed");
  }

  @Test
  void whereNothingAgreesThatIsSaidAndNothingIsLeft() {
    assertThat(draw("out", "keep=1")).isEqualTo(2);
    assertThat(console())
        .contains("no drawing of 8 layouts agreed with its layout by keep=1.0: the best of 3")
        .contains("lower keep, or give more drawings or a better model");
    assertThat(temp.toFile().list()).containsExactly("layouts.jsonl");
  }

  @Test
  void anotherModelReadsTheBoxes() throws IOException {
    TinyModel.write(temp.resolve("other"), List.of("a red dog and the blue ball and more"));
    TinyModel.write(temp.resolve("picture"), List.of("a red dog and the blue ball and more"));
    changeCodebook(temp.resolve("picture/model.safetensors"));
    for (var grounder : List.of("other", "picture")) {
      assertThat(draw("by-" + grounder, "keep=0", "grounder=" + temp.resolve(grounder)))
          .as(this::console)
          .isZero();
    }
    assertThat(draw("own", "keep=0", "grounder=" + model())).as(this::console).isZero();
    assertThat(draw("alone", "keep=0")).as(this::console).isZero();

    var settings = ShardStore.manifest(location("by-other")).settings();
    assertThat(settings.get("grounder_fingerprint").asText())
        .hasSize(64)
        .isNotEqualTo(settings.get("model_fingerprint").asText());
    assertThat(kept("own").at("/meanOfAll")).isEqualTo(kept("alone").at("/meanOfAll"));
    assertThat(kept("by-other").at("/meanOfAll")).isNotEqualTo(kept("alone").at("/meanOfAll"));
    // Of the same weights but for its tokenizer: it sees the picture, not the codes.
    assertThat(kept("by-picture").at("/meanOfAll")).isNotEqualTo(kept("by-other").at("/meanOfAll"));
  }

  /** Sets the first half of the VQ tokenizer's codebook to zero. */
  private static void changeCodebook(Path file) throws IOException {
    var bytes = Files.readAllBytes(file);
    int length = (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    var header = new ObjectMapper().readTree(bytes, Long.BYTES, length);
    for (var tensor : header.properties()) {
      if (tensor.getKey().endsWith("quantize.embedding.weight")) {
        var offsets = tensor.getValue().get("data_offsets");
        int from = Long.BYTES + length + offsets.get(0).asInt();
        int size = offsets.get(1).asInt() - offsets.get(0).asInt();
        Arrays.fill(bytes, from, from + size / 2, (byte) 0);
      }
    }
    Files.write(file, bytes);
  }

  @Test
  void shardsCanBeDrawnAgainAndSomeLayoutsHaveNoRegions() throws IOException {
    assertThat(draw("out", "keep=0", "count=3")).as(this::console).isZero();
    var words = new ArrayList<>(List.of("model=" + model(), "layouts=" + temp.resolve("out")));
    words.addAll(List.of("out=" + temp.resolve("again"), "keep=0", "drawings=1", "seed=2"));
    assertThat(run(new DrawDatasetJob(), words)).as(this::console).isZero();
    assertThat(rows("again", "train").stream().map(row -> row.<String>getAs("id")))
        .containsExactly("s0", "s1", "s2");

    Files.writeString(
        temp.resolve("layouts.jsonl"),
        """
        {"id": "none", "caption": "a dog", "regions": []}
        {"id": "one", "caption": "a dog", "regions": [{"phrase": "dog", "box": [0, 0, 1, 1]}]}
        """);
    assertThat(draw("some", "keep=0")).as(this::console).isZero();
    assertThat(ShardStore.manifest(location("some")).totalRows()).isEqualTo(1);
    assertThat(console()).contains("layout without regions, with which nothing can agree");
  }

  @Test
  void theShareOfFoundBoxesCanDecide() throws IOException {
    assertThat(draw("out", "keep=0", "agreement=found", "batch=2")).as(this::console).isZero();
    var json = kept("out");
    assertThat(json.at("/agreement").asText()).isEqualTo("found");
    var ofTwo = json.at("/byRegions/2/counts");
    long whole = ofTwo.get(0).asLong() + ofTwo.get(10).asLong() + ofTwo.get(19).asLong();
    assertThat(whole).isEqualTo(4); // of two boxes none, one or both are found
  }

  @Test
  void aDryRunSaysWhatWouldBeDone() {
    assertThat(draw("out", "--dry-run")).as(this::console).isZero();
    assertThat(console())
        .contains(
            "draws  8 layouts of " + temp.resolve("layouts.jsonl") + ", 3 times each, as 16 × 16")
        .contains("tokens 384 to draw, twice with guidance")
        .contains("reads  the boxes of 24 drawings with " + model());
    assertThat(temp.resolve("out")).doesNotExist();
  }

  @Test
  void wrongSettingsSayTheWayOut() {
    assertThat(
            draw(
                "out",
                "keep=1.01",
                "drawings=0",
                "batch=0",
                "outSplit=a-b",
                "guidance=1",
                "negativePrompt=x"))
        .isEqualTo(2);
    assertThat(draw("out", "grounder=" + temp)).isEqualTo(2);
    assertThat(draw("out", "temperature=0")).isEqualTo(2);
    assertThat(console())
        .contains("keep must be 0 to 1, got 1.01")
        .contains("drawings must be 1 to 1000, got 0")
        .contains("drawings must be 1 at temperature=0")
        .contains("batch must be > 0, got 0")
        .contains("outSplit must be letters, digits and _ only, got a-b")
        .contains("negativePrompt does nothing without guidance")
        .contains(temp + " is not a model directory");
  }

  /** The best of a layout's drawings, and the picture of it. */
  private record Best(Layout layout, double agreement, byte[] image) {}

  /** Draws with generate, grounds here, and picks: not with the code that is tested. */
  private Map<String, Best> best() throws IOException {
    var words =
        new ArrayList<>(
            List.of(
                "model=" + model(),
                "layouts=" + temp.resolve("layouts.jsonl"),
                "out=" + temp.resolve("generated"),
                "samples=" + DRAWINGS));
    assertThat(run(new GenerateJob(), words)).as(this::console).isZero();
    var best = new TreeMap<String, Best>();
    try (var loaded = JanusModel.load(model(), RunMode.FINISHED, Device.cpu())) {
      for (var row : rows("generated", "generated")) {
        var layout = Sample.layout(row);
        var codes =
            JavaConverters.<Integer>seqAsJavaList(row.getSeq(row.fieldIndex("codes"))).stream()
                .mapToInt(Integer::intValue)
                .toArray();
        var read =
            Grounder.of(loaded)
                .ground(loaded.weights().flat(), List.of(codes), List.of(layout))
                .get(0);
        double agreement =
            IntStream.range(0, read.size())
                .mapToDouble(i -> read.get(i).map(layout.regions().get(i).box()::iou).orElse(0.0))
                .average()
                .orElseThrow();
        String id = row.getAs("id");
        var name = id.substring(0, id.lastIndexOf('-'));
        var before = best.get(name);
        if (before == null || agreement > before.agreement()) {
          best.put(name, new Best(layout, agreement, Sample.of(row).image()));
        }
      }
    }
    LocalFiles.delete(temp.resolve("generated"));
    return best;
  }

  private int draw(String to, String... more) {
    var words =
        new ArrayList<>(
            List.of(
                "model=" + model(),
                "layouts=" + temp.resolve("layouts.jsonl"),
                "out=" + temp.resolve(to),
                "drawings=" + DRAWINGS));
    words.addAll(List.of(more));
    return run(new DrawDatasetJob(), words);
  }

  private int run(Job<?> job, List<String> words) {
    LocalSpark.session(); // the job joins this session and, when it ends, stops it
    return new JobRunner(Reference.builtIn(), print(out), print(err)).run(job, words);
  }

  private static Path model() {
    return shared.resolve("model");
  }

  private Location location(String dir) {
    return Location.of(temp.resolve(dir));
  }

  private List<Row> rows(String dir, String split) {
    return ShardStore.read(LocalSpark.session(), location(dir), split).collectAsList();
  }

  private JsonNode kept(String dir) throws IOException {
    return new ObjectMapper().readTree(temp.resolve(dir).resolve("kept.json").toFile());
  }

  private String console() {
    return out.toString(StandardCharsets.UTF_8) + err.toString(StandardCharsets.UTF_8);
  }

  private static PrintStream print(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }
}
