package ai.echogen.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.config.Reference;
import ai.echogen.data.CounterRandom;
import ai.echogen.image.Png;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.layout.Box;
import ai.echogen.observe.ScoreSummary;
import ai.echogen.observe.scores.SampleScores;
import ai.echogen.observe.scores.SampleScores.Share;
import ai.echogen.observe.scores.SampleScores.Wanted;
import ai.echogen.observe.scores.SampleScoresFile;
import ai.echogen.storage.Location;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareScoresJobTest {
  private static final int DRAWS = 40;
  private static final int SEED = 3;
  private static final Box BOX = new Box(0, 0, 0.5f, 0.5f);

  /** Sums of mean_iou, by sample; weights are 1, 2, 1, 4. */
  private static final double[] FIRST = {0.5, 1.5, 0.25, 2};

  private static final double[] SECOND = {0.75, 1, 0.5, 3};
  private static final double[] WEIGHTS = {1, 2, 1, 4};

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  @TempDir private Path temp;

  @BeforeEach
  void writeScores() throws IOException {
    write("first", FIRST, Map.of("iou", "0.5"));
    write("second", SECOND, Map.of("iou", "0.5"));
  }

  @Test
  void differencesAreThoseThatAreComputedByHand() throws Exception {
    assertThat(run()).as(this::console).isZero();

    var json = json();
    assertThat(json.path("samples").asInt()).isEqualTo(4);
    var iou = json.path("differences").path("mean_iou");
    double first = (0.5 + 1.5 + 0.25 + 2) / 8;
    double second = (0.75 + 1 + 0.5 + 3) / 8;
    assertThat(iou.path("first").asDouble()).isCloseTo(first, within(1e-15));
    assertThat(iou.path("second").asDouble()).isCloseTo(second, within(1e-15));
    assertThat(iou.path("difference").asDouble()).isCloseTo(second - first, within(1e-15));

    var drawn = new double[DRAWS];
    int notAbove = 0;
    int notBelow = 0;
    for (int b = 0; b < DRAWS; b++) {
      var random = CounterRandom.of(SEED, b);
      double difference = 0;
      double weight = 0;
      for (int i = 0; i < 4; i++) {
        int of = random.nextInt(4);
        difference += SECOND[of] - FIRST[of];
        weight += WEIGHTS[of];
      }
      drawn[b] = difference / weight;
      notAbove += drawn[b] <= 0 ? 1 : 0;
      notBelow += drawn[b] >= 0 ? 1 : 0;
    }
    Arrays.sort(drawn);
    // 0.025 · 39 = 0.975 and 0.975 · 39 = 38.025
    double low = drawn[0] + 0.975 * (drawn[1] - drawn[0]);
    double high = drawn[38] + 0.025 * (drawn[39] - drawn[38]);
    assertThat(iou.path("low").asDouble()).isCloseTo(low, within(1e-12));
    assertThat(iou.path("high").asDouble()).isCloseTo(high, within(1e-12));
    double p = Math.min(1, 2.0 * (1 + Math.min(notAbove, notBelow)) / (1 + DRAWS));
    assertThat(iou.path("p").asDouble()).isCloseTo(p, within(1e-15));
    assertThat(iou.path("draws").asInt()).isEqualTo(DRAWS);

    // classes: dog in samples 0 and 1, ball in 2 and 3; the score is the mean of both
    var acc = json.path("differences").path("class_acc");
    assertThat(acc.path("first").asDouble()).isCloseTo((2.0 / 3 + 2.25 / 5) / 2, within(1e-15));
  }

  @Test
  void everySampleHasALineWithItsDifferences() throws Exception {
    assertThat(run()).as(this::console).isZero();
    var lines = Files.readAllLines(temp.resolve("out/differences.jsonl"));
    assertThat(lines).hasSize(4);
    var second = new ObjectMapper().readTree(lines.get(1));
    assertThat(second.path("id").asText()).isEqualTo("s1");
    assertThat(second.path("split").asText()).isEqualTo("test");
    assertThat(second.at("/scores/mean_iou").toString()).isEqualTo("[0.75,0.5,-0.25]");
  }

  @Test
  void thePageShowsRegressionsSideBySideAndTheConsoleATable() throws Exception {
    assertThat(run()).as(this::console).isZero();
    assertThat(console())
        .containsPattern("score +first +second +difference +95 % from +to +p\n")
        .containsPattern("mean_iou +0\\.531 +0\\.656 +0\\.125 ")
        .contains("wrote " + temp.resolve("out") + ": report.html, differences.json");
    var html = Files.readString(temp.resolve("out/report.html"));
    assertThat(html)
        .contains("<h1>first and second, compared</h1>", "The largest changes are by mean_iou.")
        .contains("<td>ap</td><td class=\"n\">0.250</td><td class=\"n\">0.250</td>");
    var cases = cases(html);
    assertThat(cases.path("sides").toString()).isEqualTo("[\"first\",\"second\"]");
    assertThat(cases.path("galleries").get(0).toString()).isEqualTo("[\"Regressions\",[1]]");
    assertThat(cases.path("galleries").get(1).get(1)).hasSize(3);
    assertThat(cases.path("columns").get(cases.path("leading").asInt()).asText())
        .isEqualTo("mean_iou, difference");
    assertThat(cases.path("pictures")).hasSize(8); // four cases, two systems
    assertThat(cases.at("/cases/1/4/0/2").asInt()).isNotEqualTo(cases.at("/cases/1/4/1/2").asInt());
  }

  @Test
  void theSameSeedGivesTheSameNumbersAndAnotherDoesNot() throws Exception {
    assertThat(run()).isZero();
    var numbers = json().path("differences");
    assertThat(run("out=" + temp.resolve("again"))).isZero();
    assertThat(json("again").path("differences")).isEqualTo(numbers);
    assertThat(run("out=" + temp.resolve("other"), "seed=4")).isZero();
    assertThat(json("other").path("differences")).isNotEqualTo(numbers);
  }

  @Test
  void anotherProtocolIsRefusedUnlessItIsAllowed() throws Exception {
    write("second", SECOND, Map.of("iou", "0.75", "nms", "0.8"));
    assertThat(run()).isEqualTo(2);
    assertThat(console())
        .contains(
            "were not scored alike: protocol iou: 0.5 and 0.75; protocol nms: nothing and 0.8")
        .contains("score them alike, or give allowDifferent=true");
    assertThat(temp.resolve("out")).doesNotExist();

    assertThat(run("allowDifferent=true")).as(this::console).isZero();
    assertThat(console()).contains("not alike: protocol iou: 0.5 and 0.75");
    assertThat(json().path("notAlike")).hasSize(2);
    assertThat(Files.readString(temp.resolve("out/report.html")))
        .contains("Not alike, and compared all the same: protocol iou: 0.5 and 0.75.");
  }

  @Test
  void samplesThatOnlyOneHasAreCountedAndLeftOut() throws Exception {
    var file = temp.resolve("second/samples.jsonl");
    var lines = Files.readAllLines(file);
    lines.remove(2);
    Files.write(file, lines);
    assertThat(run("metric=class_acc")).as(this::console).isZero();
    assertThat(console()).contains("only in first, and left out: 1 samples, such as s2");
    assertThat(json().path("samples").asInt()).isEqualTo(3);
    assertThat(json().path("onlyFirst").asInt()).isEqualTo(1);
    assertThat(Files.readString(temp.resolve("out/report.html")))
        .contains("Left out, as only first has them: 1, such as s2.");

    Files.write(file, List.of());
    assertThat(run("out=" + temp.resolve("other"))).isEqualTo(2);
    assertThat(console()).contains("have no sample in common, of 4 and 0");
  }

  @Test
  void whatCannotBeComparedIsSaidBeforeAnythingIsDone() {
    assertThat(run("--dry-run")).as(this::console).isZero();
    assertThat(console())
        .contains("compares second with first on 4 samples, in 40 draws")
        .contains("writes " + temp.resolve("out"));
    assertThat(run("metric=recall")).isEqualTo(2);
    assertThat(console()).contains("metric=recall: no sample has a number of it; the samples have");
    assertThat(run("draws=0", "cases=101")).isEqualTo(2);
    assertThat(console()).contains("draws must be 1 to 100000, got 0");
    assertThat(run("second=" + temp.resolve("first"))).isEqualTo(2);
    assertThat(console()).contains("second must be another directory than first");
    assertThat(run("second=" + temp.resolve("none"))).isEqualTo(2);
    assertThat(console()).contains("none: no such directory; check second");
    assertThat(temp.resolve("out")).doesNotExist();
  }

  private void write(String name, double[] sums, Map<String, String> protocol) throws IOException {
    var dir = Files.createDirectories(temp.resolve(name + "/drawings")).getParent();
    var samples = new ArrayList<SampleScores>();
    for (int i = 0; i < sums.length; i++) {
      var drawing = "drawings/" + i + ".png";
      Files.write(
          dir.resolve(drawing), Png.encode(new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB)));
      var numbers = new TreeMap<String, SortedMap<String, Share>>();
      var share = new Share(sums[i], WEIGHTS[i]);
      numbers.put("mean_iou", new TreeMap<>(Map.of(SampleScores.NO_GROUP, share)));
      numbers.put("class_acc", new TreeMap<>(Map.of(i < 2 ? "dog" : "ball", share)));
      samples.add(
          new SampleScores(
              "s" + i,
              "test",
              "s" + i,
              numbers,
              List.of(new Wanted("a dog", BOX)),
              List.of(BOX),
              List.of(),
              drawing,
              null));
    }
    SampleScoresFile.write(Location.of(dir.resolve("samples.jsonl")), samples);
    new ScoreSummary(
            new TreeMap<>(Map.of("ap", 0.25)),
            new TreeMap<>(),
            new TreeMap<>(protocol),
            new ObjectMapper().createObjectNode())
        .write(dir.resolve("scores.json"));
  }

  private JsonNode json() throws IOException {
    return json("out");
  }

  private JsonNode json(String place) throws IOException {
    return new ObjectMapper().readTree(temp.resolve(place).resolve("differences.json").toFile());
  }

  private static JsonNode cases(String html) throws IOException {
    var data = Pattern.compile("id=\"cases-data\">(.*)</script>").matcher(html);
    assertThat(data.find()).isTrue();
    return new ObjectMapper().readTree(data.group(1));
  }

  private int run(String... more) {
    out.reset();
    var args = new ArrayList<String>();
    args.add("first=" + temp.resolve("first"));
    args.add("second=" + temp.resolve("second"));
    args.add("out=" + temp.resolve("out"));
    args.addAll(List.of("draws=" + DRAWS, "seed=" + SEED));
    args.addAll(List.of(more));
    var console = new PrintStream(out, true, StandardCharsets.UTF_8);
    return new JobRunner(Reference.builtIn(), console, console).run(new CompareScoresJob(), args);
  }

  private String console() {
    return out.toString(StandardCharsets.UTF_8);
  }
}
