package ai.echogen.observe.scores;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.echogen.image.Png;
import ai.echogen.layout.Box;
import ai.echogen.observe.ScoreSummary;
import ai.echogen.observe.ScoreSummary.Range;
import ai.echogen.observe.scores.SampleScores.Seen;
import ai.echogen.observe.scores.SampleScores.Share;
import ai.echogen.observe.scores.SampleScores.Wanted;
import ai.echogen.storage.Location;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoreReportTest {
  private static final String NASTY = "</p></pre><script>alert(1)</script>";
  private static final ScoreReport.Options OPTIONS =
      new ScoreReport.Options(Optional.empty(), 2, 1);

  @TempDir private Path dir;

  private final ScoreSummary summary =
      new ScoreSummary(
          new TreeMap<>(Map.of("ap", 0.5, "iou." + NASTY, 0.25, "mean_iou", 0.75)),
          new TreeMap<>(Map.of("ap", new Range(0.4, 0.625))),
          new TreeMap<>(Map.of("benchmark", "coco-layout", "detector", NASTY)),
          Samples.provenance().put("command", NASTY));

  private String page(List<ScoredRun> runs, ScoreReport.Options options) throws Exception {
    ScoreReport.write(runs, Location.of(dir), options);
    return Files.readString(dir.resolve("report.html"));
  }

  private ScoredRun run(String name, ScoreSummary of) {
    var samples =
        List.of(
            Samples.of("a", "mean_iou", 0.5),
            Samples.of("b", "mean_iou", 1),
            Samples.of("c", "mean_iou", 0.75));
    return Samples.run(name, dir, of, samples);
  }

  @Test
  void thePageHasEveryPartAndEscapesIt() throws Exception {
    var html = page(List.of(run("mine " + NASTY, summary)), OPTIONS);
    assertThat(html.replace("'http://www.w3.org/2000/svg'", "")) // a name, nothing to load
        .contains("<h2>Scores</h2>", "<h2>Beside published numbers</h2>", "<h2>Cases</h2>")
        .contains("<td>ap</td><td class=\"n\">0.500</td><td class=\"n\">0.400</td>")
        .contains("published, other protocol", "Best and worst are by mean_iou.")
        .contains("3 samples, of test. Intervals are of 95 %")
        .doesNotContain("<h2>Checkpoints</h2>", "<h2>Reliability")
        .doesNotContain("http:", "https:", "<link", "@import", "url(", "<iframe", NASTY);
    // the JSON of the cases, and the one script that runs
    assertThat(html.split("<script", -1)).hasSize(3);
    assertThat(html).containsOnlyOnce("<script>").contains("script-src 'sha256-");
  }

  @Test
  void whatWasLeftOutOrChangedIsSaidWithItsReasons() throws Exception {
    var made = Samples.provenance();
    made.putObject("left_out").put("no picture of " + NASTY, 2);
    made.putObject("changed");
    var summary =
        new ScoreSummary(new TreeMap<>(Map.of("ap", 0.5)), new TreeMap<>(), new TreeMap<>(), made);
    var html = page(List.of(run("mine", summary)), OPTIONS);
    assertThat(html)
        .contains("<h2>Left out</h2>", "</td><td class=\"n\">2</td>", "no picture of &lt;/p&gt;")
        .doesNotContain("<h2>Counted with a change</h2>", NASTY);

    made.putObject("changed").put("size scaled", 3);
    assertThat(
            page(
                List.of(
                    run(
                        "mine",
                        new ScoreSummary(
                            summary.numbers(), summary.intervals(), summary.protocol(), made))),
                OPTIONS))
        .contains("<h2>Counted with a change</h2>", "<td>size scaled</td><td class=\"n\">3</td>");
  }

  @Test
  void galleriesAreTheBestTheWorstAndSomeByChance() throws Exception {
    var json = cases(page(List.of(run("mine", summary)), OPTIONS));
    assertThat(json.at("/galleries/0").toString()).isEqualTo("[\"Worst\",[0,2]]");
    assertThat(json.at("/galleries/1").toString()).isEqualTo("[\"Best\",[1,2]]");
    assertThat(json.at("/galleries/2/0").asText()).isEqualTo("Random");
    assertThat(json.at("/galleries/2/1")).hasSize(2);
  }

  @Test
  void theTablesAreThereAsMarkdownAndCsv() throws Exception {
    page(List.of(run("mine", summary)), OPTIONS);
    assertThat(Files.readString(dir.resolve("scores.md")))
        .startsWith("# coco-layout: mine\n")
        .contains("| ap | 0.500 | 0.400 | 0.625 |", "| EchoGen | 54.61 |")
        .contains("| benchmark | coco-layout |");
    assertThat(Files.readString(dir.resolve("scores.csv")))
        .contains("mine,ap,0.5,0.4,0.625,measured here,");
  }

  @Test
  void checkpointsHaveCurvesOverTheirSteps() throws Exception {
    var earlier =
        new ScoreSummary(
            new TreeMap<>(Map.of("ap", 0.25)),
            new TreeMap<>(),
            new TreeMap<>(Map.of("benchmark", "coco-layout", "detector", "another")),
            Samples.provenance());
    var html = page(List.of(run("step-1000", earlier), run("step-3000", summary)), OPTIONS);
    assertThat(html)
        .contains("<h1>coco-layout: step-3000 and 1 before it</h1>", "<h2>Checkpoints</h2>")
        .contains("<figcaption>ap</figcaption>", ">1000</text>", ">3000</text>")
        .contains("Not alike: step-1000 and step-3000 in protocol detector: another and &lt;/p&gt;")
        .doesNotContain("<figcaption>mean_iou</figcaption>"); // it has no interval
    var unordered = page(List.of(run("b2", earlier), run("a1", summary)), OPTIONS);
    assertThat(unordered).contains(">1.2</text>").contains(">2</text>");
  }

  @Test
  void theRewardsReliabilityIsThereWhereItsNumbersAre() throws Exception {
    var samples = new ArrayList<SampleScores>();
    for (int i = 0; i < 30; i++) {
      var numbers = Map.of("cycle.iou", new Share(i, 30), "layout.iou", new Share(i, 60));
      samples.add(Samples.of("s" + (100 + i), "x", numbers));
    }
    var html = page(List.of(Samples.run("mine", dir, summary, samples)), OPTIONS);
    assertThat(html)
        .contains("<h2>Reliability of the reward</h2>")
        .contains("<td>layout.iou</td><td class=\"n\">30</td><td class=\"n\">1.000</td>");
  }

  @Test
  void aMetricThatNoSampleHasIsNamed() {
    var options = new ScoreReport.Options(Optional.of("iou"), 2, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> page(List.of(run("mine", summary)), options))
        .withMessageContaining("metric=iou: no sample has a number of it");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ScoreReport.Options(Optional.empty(), 101, 1))
        .withMessage("cases must be 0 to 100, got 101");
  }

  @Test
  void fiveThousandCasesWithSixtyNoisyPicturesStayBelowTwentyMegabytes() throws Exception {
    var random = new Random(1);
    var noise = new BufferedImage(512, 512, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 512 * 512; i++) {
      noise.setRGB(i % 512, i / 512, random.nextInt());
    }
    Files.createDirectories(dir.resolve("drawings"));
    Files.write(dir.resolve("drawings/x.png"), Png.encode(noise));
    var samples = new ArrayList<SampleScores>();
    for (int i = 0; i < 5_000; i++) {
      var id = String.format(Locale.ROOT, "val-%05d", i);
      // one file under many names, so that each picture is embedded for itself
      Files.createLink(dir.resolve("drawings/" + id + ".png"), dir.resolve("drawings/x.png"));
      samples.add(large(random, id));
    }
    var options = new ScoreReport.Options(Optional.empty(), 20, 1);
    var html = page(List.of(Samples.run("mine", dir, summary, samples)), options);
    assertThat(Files.size(dir.resolve("report.html"))).isBetween(3_000_000L, 20_000_000L);
    var json = cases(html);
    assertThat(json.path("cases")).hasSize(5_000);
    assertThat(json.path("pictures")).hasSizeBetween(50, 60); // some are in two galleries
    assertThat(json.at("/pictures/0/2").asText()).startsWith("data:image/jpeg;base64,");
    assertThat(html).doesNotContain("cases are listed", "could not be read", "too large");
  }

  /** A sample of ten regions with phrases of their own. */
  private static SampleScores large(Random random, String id) {
    var numbers = new TreeMap<String, Share>();
    for (int m = 0; m < 12; m++) {
      numbers.put("metric.mean_iou_" + m, new Share(random.nextDouble(), 1));
    }
    var wanted = new ArrayList<Wanted>();
    var found = new ArrayList<Box>();
    var seen = new ArrayList<Seen>();
    for (int r = 0; r < 10; r++) {
      var phrase = "a thing of number " + random.nextInt(1_000_000);
      wanted.add(new Wanted(phrase, box(random)));
      found.add(box(random));
      seen.add(new Seen("thing", random.nextDouble(), box(random)));
    }
    return new SampleScores(
        id,
        "test",
        id,
        Samples.numbers(numbers),
        wanted,
        found,
        seen,
        "drawings/" + id + ".png",
        null);
  }

  private static Box box(Random random) {
    float x = random.nextFloat() / 2;
    float y = random.nextFloat() / 2;
    return new Box(x, y, x + 0.1f + random.nextFloat() / 3, y + 0.1f + random.nextFloat() / 3);
  }

  private static JsonNode cases(String html) throws Exception {
    var data = Pattern.compile("id=\"cases-data\">(.*)</script>").matcher(html);
    assertThat(data.find()).isTrue();
    return new ObjectMapper().readTree(data.group(1));
  }
}
