package ai.echogen.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.config.Reference;
import ai.echogen.data.Sample;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.jobs.cli.Job;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.layout.Region;
import ai.echogen.model.TinyModel;
import ai.echogen.observe.ScoreSummary;
import ai.echogen.observe.scores.SampleScoresFile;
import ai.echogen.observe.scores.ScoredRun;
import ai.echogen.storage.FileName;
import ai.echogen.storage.Location;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each protocol on a few shape scenes, of a random model, of files and of the true pictures. */
class ScoreProtocolTest {
  private static final int SAMPLES = 6;

  @TempDir private static Path shared;
  @TempDir private Path temp;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private static List<Row> rows = List.of();

  @BeforeAll
  static void makeScenesAndModel() throws IOException {
    var print = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    var keys = List.of("out=" + data(), "count=8", "testCount=" + SAMPLES);
    assertThat(run("local[2]", new SynthesizeJob(), keys, print)).isZero();
    rows = ShardStore.split(Location.of(data()), "test").read();
    var texts = new ArrayList<String>();
    rows.forEach(row -> texts.add(Sample.layout(row).caption()));
    TinyModel.write(shared.resolve("model"), texts);
    Files.createDirectories(shared.resolve("images"));
    for (var row : rows) {
      byte[] bytes = row.getStruct(row.fieldIndex("image")).getAs("bytes");
      Files.write(shared.resolve("images").resolve(FileName.of(id(row)) + ".png"), bytes);
    }
  }

  private static Path data() {
    return shared.resolve("data");
  }

  private static String id(Row row) {
    return row.getAs("id");
  }

  @ParameterizedTest
  @CsvSource({
    "cycle,         mean_iou,   judge.grounder",
    "coco-layout,   ap50,       judge.judge",
    "coco-position, success,    in_place",
    "coco-mig,      success,    color_judge.table",
    "overlay,       difficulty, likeness",
    "quality,       frechet,    judge.features",
  })
  void everyProtocolHasARowOfTheModelWithItsRules(String name, String number, String rule)
      throws IOException {
    var one = scored("local[2]", "one", ofModel(name));

    assertThat(one.summary().numbers())
        .containsKey(number)
        .containsEntry("samples", (double) SAMPLES);
    assertThat(one.samples()).hasSize(SAMPLES);
    assertThat(one.summary().protocol())
        .containsKey(rule)
        .containsEntry("benchmark", name)
        .containsEntry("system", "model");
    assertThat(said()).contains(rule, "95 % interval");
    assertThat(one.summary().provenance().has("data_fingerprint.test")).isTrue();
    assertThat(one.summary().provenance().has("model_fingerprint")).isTrue();
    assertThat(temp.resolve("one").toFile().list()).noneMatch(file -> file.startsWith("parts-"));
    for (var sample : one.samples()) {
      assertThat(temp.resolve("one").resolve(sample.drawing())).isNotEmptyFile();
    }
  }

  @Test
  void readingHasTheSameNumbersOnAnyNumberOfCores() throws IOException {
    var one = scored("local[1]", "one", ofModel("grounding"));
    var four = scored("local[4]", "four", ofModel("grounding"));

    assertThat(four.summary().numbers()).isEqualTo(one.summary().numbers()).containsKey("acc50");
    assertThat(four.summary().intervals()).isEqualTo(one.summary().intervals());
    assertThat(four.samples()).isEqualTo(one.samples()).hasSize(SAMPLES);
    assertThat(temp.resolve("one").resolve(one.samples().get(0).original())).isNotEmptyFile();
  }

  @Test
  void relationsOfCaptionsAreScored() throws IOException {
    var lines = new StringBuilder();
    for (var row : rows) {
      var line = new ObjectMapper().createObjectNode().put("id", id(row));
      line.put("caption", "one on the left of the other");
      var list = line.putArray("regions");
      for (Region region : Sample.layout(row).regions()) {
        var box = region.box();
        var item = list.addObject().put("phrase", region.phrase());
        item.put("category", region.category());
        item.putArray("box").add(box.x0()).add(box.y0()).add(box.x1()).add(box.y1());
      }
      lines.append(line).append('\n');
    }
    var layouts = Files.writeString(temp.resolve("layouts.jsonl"), lines);
    var keys = new ArrayList<>(ofModel("spatial"));
    keys.add("layouts=" + layouts);

    var scores = scored("local[2]", "spatial", keys).summary();

    assertThat(scores.numbers()).containsKeys("spatial", "spatial_left_of", "both_seen");
    assertThat(scores.protocol()).containsEntry("near", "150.0 of 512 pixels");
  }

  private static List<String> ofModel(String benchmark) {
    return List.of("benchmark=" + benchmark, "model=" + shared.resolve("model"), "batch=4");
  }

  @Test
  void truePicturesAndTheirFilesHaveTheSameNumbers() throws IOException {
    var keys = List.of("benchmark=coco-layout", "system=real");
    var real = scored("local[2]", "real", keys).summary();
    var images = "images=" + shared.resolve("images");
    var files = scored("local[2]", "files", List.of(keys.get(0), "system=files", images)).summary();

    assertThat(files.numbers()).isEqualTo(real.numbers());
    assertThat(real.numbers().get("ap50").doubleValue()).isGreaterThan(0.9);
    assertThat(real.protocol())
        .containsEntry("system", "real")
        .containsEntry("judge.judge", "shapes");
  }

  @Test
  void jsonOfCocosFormIsScoredWithItsImagesOrAnothersDetections() throws IOException {
    var json = new ObjectMapper();
    var truths = json.createObjectNode();
    var images = truths.putArray("images");
    var annotations = truths.putArray("annotations");
    var categories = new ArrayList<String>();
    var results = json.createArrayNode();
    for (int i = 0; i < rows.size(); i++) {
      var name = FileName.of(id(rows.get(i))) + ".png";
      images.addObject().put("id", i).put("file_name", name).put("width", 64).put("height", 64);
      for (Region region : Sample.layout(rows.get(i)).regions()) {
        if (!categories.contains(region.category())) {
          categories.add(region.category());
        }
        var box = region.box();
        for (var list : List.of(annotations, results)) {
          var item = list.addObject().put("image_id", i);
          item.put("category_id", categories.indexOf(region.category()));
          var numbers = item.putArray("bbox").add(64 * box.x0()).add(64 * box.y0());
          numbers.add(64 * (box.x1() - box.x0())).add(64 * (box.y1() - box.y0()));
          item.put("score", 0.5).put("iscrowd", 0);
        }
      }
    }
    for (int i = 0; i < categories.size(); i++) {
      truths.withArray("categories").addObject().put("id", i).put("name", categories.get(i));
    }
    json.writeValue(temp.resolve("instances.json").toFile(), truths);
    json.writeValue(temp.resolve("results.json").toFile(), results);
    var instances = "instances=" + temp.resolve("instances.json");

    var real =
        scored(
            "local[2]",
            "real",
            List.of(
                "benchmark=coco-layout",
                "system=real",
                instances,
                "images=" + shared.resolve("images")));
    var known =
        scored(
            "local[2]",
            "known",
            List.of(
                "benchmark=coco-layout",
                "system=files",
                instances,
                "predictions=" + temp.resolve("results.json")));

    var shards = scored("local[2]", "shards", List.of("benchmark=coco-layout", "system=real"));
    assertThat(real.summary().numbers().get("ap50").doubleValue())
        .isCloseTo(shards.summary().numbers().get("ap50").doubleValue(), within(1e-6));
    assertThat(known.summary().numbers().get("ap").doubleValue()).isCloseTo(1, within(1e-12));
    assertThat(known.summary().protocol()).containsEntry("judge.predictions", "results.json");
  }

  @Test
  void missingAndExtraAndDoublePicturesAreSaid() throws IOException {
    var folder = Files.createDirectories(temp.resolve("images"));
    for (var row : rows.subList(1, rows.size())) {
      var name = FileName.of(id(row)) + ".png";
      Files.copy(shared.resolve("images").resolve(name), folder.resolve(name));
    }
    var keys = List.of("benchmark=coco-position", "system=files", "images=" + folder);

    assertThat(score("local[2]", "refused", keys)).isEqualTo(2);
    assertThat(said()).contains("has nothing for 1 of the samples, such as " + id(rows.get(0)));

    Files.copy(
        shared.resolve("images").resolve(FileName.of(id(rows.get(0))) + ".png"),
        folder.resolve("other.png"));
    var counted = new ArrayList<>(keys);
    counted.add("missing=counted");
    var scored = scored("local[2]", "counted", counted);
    assertThat(scored.samples()).hasSize(SAMPLES);
    assertThat(scored.samples().get(0).number("success")).hasValue(0);
    assertThat(said()).contains("no picture: 1", "file or answer of no sample: 1 (other.png)");
    assertThat(scored.summary().protocol()).containsEntry("missing", "counted");

    Files.copy(folder.resolve("other.png"), folder.resolve("other.jpg"));
    assertThat(score("local[2]", "double", counted)).isEqualTo(2);
    assertThat(said()).contains("other.jpg and other.png, which are both of one sample");
  }

  @Test
  void predictionsOfAnotherModelAreGrounded() throws IOException {
    var lines = new StringBuilder();
    int regions = 0;
    for (var row : rows) {
      var line = new ObjectMapper().createObjectNode().put("id", id(row));
      var list = line.putArray("regions");
      for (Region region : Sample.layout(row).regions()) {
        var box = region.box();
        var item = list.addObject().put("phrase", region.phrase());
        if (regions++ == 0) {
          item.putNull("box"); // all right but the first
        } else {
          item.putArray("box").add(box.x0()).add(box.y0()).add(box.x1()).add(box.y1());
        }
      }
      lines.append(line).append('\n');
    }
    var file = Files.writeString(temp.resolve("boxes.jsonl"), lines);
    var keys =
        List.of(
            "benchmark=grounding", "system=files", "predictions=" + file, "rules.grounding=ref-l4");

    var scores = scored("local[2]", "boxes", keys).summary();

    assertThat(scores.numbers().get("acc90").doubleValue()).isEqualTo((regions - 1.0) / regions);
    assertThat(scores.numbers().get("missing").doubleValue()).isEqualTo(1.0 / regions);
    assertThat(scores.numbers())
        .containsKeys("baseline.constant.acc50", "baseline.mean.acc50", "baseline.phrase.macc");
    assertThat(scores.intervals()).containsKeys("acc50", "assigned.acc50");
    assertThat(scores.protocol()).containsEntry("found", "IoU > t, in float32");
  }

  @Test
  void planSaysWhatIsMissing() throws IOException {
    var layouts =
        Files.writeString(
            temp.resolve("layouts.jsonl"),
            "{\"id\": \"a\", \"regions\": [{\"phrase\": \"dog\", \"box\": [0, 0, 1, 1]}]}");
    assertThat(
            score(
                "local[1]",
                "none",
                List.of(
                    "benchmark=coco-layout",
                    "model=" + shared.resolve("model"),
                    "layouts=" + layouts),
                "--dry-run"))
        .isEqualTo(2);
    assertThat(said()).contains("judge must be given", "no shape scenes");
    assertThat(score("local[1]", "none", List.of("benchmark=quality", "system=files")))
        .isEqualTo(2);
    assertThat(said()).contains("images must be given for system=files");
    assertThat(score("local[1]", "none", List.of("benchmark=layoutsam-eval", "system=real")))
        .isEqualTo(2);
    assertThat(said()).contains("question must have an address");
    assertThat(
            score(
                "local[1]",
                "none",
                List.of("benchmark=cycle", "system=real", "grounder=" + shared.resolve("model")),
                "--dry-run"))
        .as(this::said)
        .isZero();
    assertThat(said()).contains("test: 6 samples of ", "rule found: IoU > t", "system: real");
  }

  @Test
  void questionsThatWereAnsweredAreNotAskedAgainAfterAKill() throws IOException {
    var asked = new AtomicInteger();
    int ofFirst = 4 * Sample.layout(rows.get(0)).regions().size();
    var most = new AtomicInteger(ofFirst + 1);
    var server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext(
        "/v1/chat/completions",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          boolean answers = asked.incrementAndGet() <= most.get();
          var text = answers ? "{\"choices\":[{\"message\":{\"content\":\"Yes\"}}]}" : "{}";
          var bytes = text.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(answers ? 200 : 400, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    try {
      var keys =
          List.of(
              "benchmark=layoutsam-eval",
              "system=real",
              "batch=1",
              "question.address=http://127.0.0.1:" + server.getAddress().getPort() + "/v1",
              "question.model=any",
              "question.concurrency=1",
              "question.attempts=1");
      assertThat(score("local[1]", "asked", keys)).isNotZero();
      most.set(Integer.MAX_VALUE);
      int refused = asked.get() - ofFirst - 1;

      var scores = scored("local[1]", "asked", keys).summary();

      assertThat(said())
          .contains("score: test: an earlier run has finished 1 of 6 parts, which stay");
      int regions = rows.stream().mapToInt(row -> Sample.layout(row).regions().size()).sum();
      assertThat(asked.get() - refused).isEqualTo(4 * regions);
      assertThat(scores.numbers()).containsEntry("spatial", 1.0).containsEntry("shape", 1.0);
      assertThat(scores.protocol()).containsEntry("judge.model", "any");
    } finally {
      server.stop(0);
    }
  }

  private ScoredRun scored(String master, String name, List<String> keys) throws IOException {
    assertThat(score(master, name, keys)).as(this::said).isZero();
    var place = Location.of(temp.resolve(name));
    assertThat(place.child(SampleScoresFile.NAME).exists()).isTrue();
    assertThat(place.child(ScoreSummary.FILE).exists()).isTrue();
    return ScoredRun.read(place, "one");
  }

  private int score(String master, String name, List<String> keys, String... more) {
    var all = new ArrayList<>(List.of("out=" + temp.resolve(name)));
    all.addAll(keys);
    if (keys.stream().noneMatch(key -> key.matches("(layouts|instances)=.*"))) {
      all.add("data=" + data());
    }
    all.addAll(List.of(more));
    out.reset();
    var print = new PrintStream(out, true, StandardCharsets.UTF_8);
    return run(master, new ScoreJob(), all, print);
  }

  private static int run(String master, Job<?> job, List<String> keys, PrintStream print) {
    var running = SparkSession.getDefaultSession();
    if (running.isDefined()) {
      running.get().stop(); // the job would join it, whatever its master
    }
    System.setProperty("spark.master", master);
    try {
      return new JobRunner(Reference.builtIn(), print, print).run(job, keys);
    } finally {
      System.clearProperty("spark.master");
    }
  }

  private String said() {
    return out.toString(StandardCharsets.UTF_8);
  }
}
