package ai.echogen.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.config.Reference;
import ai.echogen.data.LocalSpark;
import ai.echogen.data.feed.LineFeed;
import ai.echogen.data.layouts.Corpora;
import ai.echogen.data.lines.LayoutLines;
import ai.echogen.data.shards.FileSize;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.jobs.draw.GenerateInput;
import ai.echogen.layout.NamedLayout;
import ai.echogen.layout.Region;
import ai.echogen.storage.Location;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayoutsJobTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  @TempDir private Path temp;

  @BeforeEach
  void writePhrases() throws IOException {
    Files.writeString(temp.resolve("phrases.txt"), "dog\ncat\nbird\nred ball\nfish\ndog\n");
  }

  @Test
  void templatesAreReadBackByTheProduct() throws IOException {
    assertThat(run("out=" + file("a.jsonl"), "count=1500", phrases())).as(this::console).isZero();

    var layouts = layouts("a.jsonl");
    assertThat(layouts).hasSize(1500);
    assertThat(layouts.get(1042).id()).isEqualTo("templates-1-00001042");
    assertThat(layouts)
        .allMatch(named -> !named.layout().caption().isBlank())
        .allMatch(named -> named.layout().regions().size() >= 2)
        .flatExtracting(named -> named.layout().regions())
        .extracting(Region::phrase)
        .containsOnly("dog", "cat", "bird", "red ball", "fish");
    assertThat(LineFeed.of(location("a.jsonl")).size()).isEqualTo(1500);
    assertThat(GenerateInput.layouts(location("a.jsonl"), "", Optional.empty()).size())
        .isEqualTo(1500);
    assertThat(console()).contains("wrote 1,500 layouts to " + file("a.jsonl"));
    assertThat(temp.toFile().list()).containsExactlyInAnyOrder("phrases.txt", "a.jsonl");
  }

  @Test
  void theSameBytesOnOneCoreAndOnThree() throws IOException {
    shards(8);
    for (var source : List.of("random", "corpus")) {
      var words = new ArrayList<>(List.of("source=" + source, "count=2300", "seed=5"));
      words.add(source.equals("corpus") ? "data=" + temp.resolve("shards") : phrases());
      words.add("corpus.minPairs=1");
      for (var master : List.of("local[1]", "local[3]")) {
        SparkSession.getDefaultSession().foreach(LayoutsJobTest::stop);
        System.setProperty("spark.master", master);
        try {
          var to = new ArrayList<>(words);
          to.add("out=" + file(source + master.charAt(6) + ".jsonl"));
          assertThat(runHere(to)).as(this::console).isZero();
        } finally {
          System.clearProperty("spark.master");
        }
      }
      assertThat(Files.readString(file(source + "1.jsonl")))
          .isEqualTo(Files.readString(file(source + "3.jsonl")))
          .hasLineCount(2300);
    }
    assertThat(file("corpus1.statistics.json"))
        .hasSameBinaryContentAs(file("corpus3.statistics.json"));
  }

  @Test
  void statisticsCanBeGivenAgain() throws IOException {
    shards(8);
    var data = "data=" + temp.resolve("shards");
    var usual = List.of("source=corpus", "count=40", "corpus.minPairs=1");
    assertThat(run(usual, data, "out=" + file("a.jsonl"))).as(this::console).isZero();
    assertThat(console()).contains("learnt from 80 images: 5 categories, those of 100.0% of");
    var again = "statistics=" + file("a.statistics.json");
    assertThat(run(usual, again, "out=" + file("b.jsonl"))).as(this::console).isZero();

    assertThat(file("b.jsonl")).hasSameBinaryContentAs(file("a.jsonl"));
    assertThat(file("b.statistics.json")).doesNotExist();
    var json = new ObjectMapper().readTree(file("a.statistics.json").toFile());
    assertThat(json.at("/version").asInt()).isEqualTo(1);
    assertThat(json.at("/origin/fingerprint").asText()).hasSize(64);
    assertThat(json.at("/categories/0/name").asText()).isEqualTo("bird");
    assertThat(layouts("a.jsonl")).hasSize(40);
  }

  @Test
  void phrasesComeFromShardsToo() throws IOException {
    shards(2);
    assertThat(
            run(
                "source=random",
                "count=50",
                "maxRegions=3",
                "corpus.categories=3",
                "data=" + temp.resolve("shards"),
                "out=" + file("a.jsonl")))
        .as(this::console)
        .isZero();
    // Of 20 images: 12 birds, 10 tables, 6 skies, 6 and 4 cups, 4 dogs.
    assertThat(layouts("a.jsonl"))
        .flatExtracting(named -> named.layout().regions())
        .extracting(Region::phrase)
        .containsOnly("bird", "a table", "a cup");
    assertThat(console()).contains("layouts: 3 phrases");
  }

  @Test
  void layoutsThatAreThereAreChosenAndShuffled() throws IOException {
    var lines =
        new ArrayList<>(
            IntStream.range(0, 50)
                .mapToObj(
                    i ->
                        """
                        {"id": "s%02d", "caption": "two things", "regions": [{"phrase": "x", "box": [0, 0, 0.5, 0.5]}, {"phrase": "y", "category": "z", "box": [0.5, 0.5, 1, 1]}]}\
                        """
                            .formatted(i))
                .toList());
    lines.add("{\"id\": \"one\", \"regions\": [{\"phrase\": \"x\", \"box\": [0, 0, 0.5, 0.5]}]}");
    lines.add(
        "{\"id\": \"small\", \"regions\": [{\"phrase\": \"x\", \"box\": [0, 0, 0.5, 0.5]},"
            + " {\"phrase\": \"y\", \"box\": [0, 0, 0.01, 0.01]}]}");
    Files.write(file("given.jsonl"), lines);
    var usual = List.of("source=json-lines", "layouts=" + file("given.jsonl"), "minRegions=2");

    assertThat(run(usual, "out=" + file("a.jsonl"))).as(this::console).isZero();

    var all = layouts("a.jsonl");
    var ids = all.stream().map(NamedLayout::id).toList();
    assertThat(ids)
        .hasSize(50)
        .doesNotHaveDuplicates()
        .isNotEqualTo(ids.stream().sorted().toList());
    assertThat(all.get(0).layout().caption()).isEqualTo("two things");
    assertThat(all.get(0).layout().regions().get(1).category()).isEqualTo("z");
    assertThat(console())
        .contains("left out: a box smaller than minArea: 1 (small)")
        .contains("left out: fewer regions than minRegions: 1 (one)");
    assertThat(Files.readAllLines(file("a.left-out.txt"))).hasSize(2);

    Collections.reverse(lines); // their order in the file does not matter
    Files.write(file("given.jsonl"), lines);
    assertThat(run(usual, "out=" + file("b.jsonl"), "count=7")).as(this::console).isZero();
    assertThat(layouts("b.jsonl")).isEqualTo(all.subList(0, 7));
    assertThat(run(usual, "out=" + file("c.jsonl"), "seed=2")).as(this::console).isZero();
    assertThat(layouts("c.jsonl").stream().map(NamedLayout::id).toList()).isNotEqualTo(ids);

    assertThat(run(usual, "out=" + file("d.jsonl"), phrases())).as(this::console).isZero();
    assertThat(run(usual, "out=" + file("e.jsonl"), "count=51")).as(this::console).isZero();
    assertThat(console()).contains("fewer than count=51");
    assertThat(layouts("d.jsonl").get(0).layout().regions())
        .extracting(Region::phrase)
        .doesNotHaveDuplicates()
        .isSubsetOf("dog", "cat", "bird", "red ball", "fish");
    assertThat(layouts("d.jsonl").get(0).layout().regions().get(1).box())
        .isEqualTo(all.get(0).layout().regions().get(1).box());
  }

  @Test
  void layoutsOfShardsAreChosen() throws IOException {
    shards(2);
    assertThat(
            run(
                "source=json-lines",
                "layouts=" + temp.resolve("shards"),
                "minArea=0.0001",
                "minRegions=3",
                "out=" + file("a.jsonl")))
        .as(this::console)
        .isZero();
    assertThat(layouts("a.jsonl")).hasSize(6);
    assertThat(console()).contains("left out: fewer regions than minRegions: 14 (id00000; ");
  }

  @Test
  void whereNothingFitsThatIsSaid() throws IOException {
    Files.writeString(
        file("given.jsonl"),
        "{\"id\": \"one\", \"regions\": [{\"phrase\": \"x\", \"box\": [0, 0, 0.5, 0.5]}]}");
    assertThat(
            run(
                "source=json-lines",
                "layouts=" + file("given.jsonl"),
                "minRegions=2",
                "out=" + file("a.jsonl")))
        .isEqualTo(2);
    assertThat(console())
        .contains("no layout could be made:", "fewer regions than minRegions: 1 (one)");
    assertThat(temp.toFile().list()).containsExactlyInAnyOrder("phrases.txt", "given.jsonl");
  }

  @Test
  void aDryRunSaysWhatWouldBeDone() throws IOException {
    assertThat(run("--dry-run", "out=" + file("a.jsonl"), "count=5", phrases())).isZero();
    assertThat(console())
        .contains("takes  5 phrases of " + temp.resolve("phrases.txt") + "; 1 lines repeat one")
        .contains("writes 5 layouts to " + file("a.jsonl"));
    shards(2);
    var data = "data=" + temp.resolve("shards");
    assertThat(run("--dry-run", "source=corpus", data, "out=" + file("a.jsonl"), "count=5"))
        .isZero();
    assertThat(console())
        .contains("learns from 20 rows of ")
        .contains("writes what was learnt to file:" + file("a.statistics.json"));
    assertThat(file("a.jsonl")).doesNotExist();
  }

  @Test
  void wrongSettingsSayTheWayOut() throws IOException {
    assertThat(run("out=" + file("a.jsonl"))).isEqualTo(2);
    assertThat(run("source=corpus", "count=1", "templates=[ring]", phrases(), "out=a"))
        .isEqualTo(2);
    assertThat(run("source=json-lines", "data=x", "out=a")).isEqualTo(2);
    assertThat(run("count=1", phrases(), "out=a", "layouts=x", "statistics=y")).isEqualTo(2);
    assertThat(run("count=1", phrases(), "out=a", "templates=[round]")).isEqualTo(2);
    assertThat(console())
        .contains("count must be given, unless source=json-lines")
        .contains("phrases or data must be given, one of them")
        .contains("phrases is not for source=corpus")
        .contains("data or statistics must be given, one of them")
        .contains("templates is for source=templates")
        .contains("layouts must be given for source=json-lines")
        .contains("data is not for source=json-lines; give layouts=")
        .contains("layouts is for source=json-lines")
        .contains("statistics is for source=corpus")
        .contains("templates[0] must be one of row, column, grid, left-right");
  }

  @Test
  void whatIsThereIsNotOverwritten() throws IOException {
    shards(2);
    Files.writeString(file("a.statistics.json"), "mine");
    var words = List.of("source=corpus", "count=3", "data=" + temp.resolve("shards"));
    assertThat(run(words, "out=" + file("a.jsonl"))).isEqualTo(2);
    assertThat(console()).contains("a.statistics.json: is there already; give another out");
    Files.writeString(file("b.jsonl"), "mine");
    assertThat(run(words, "out=" + file("b.jsonl"))).isEqualTo(2);
    assertThat(file("b.jsonl")).hasContent("mine");
    assertThat(console()).contains("give another out=");
  }

  private void shards(int tens) {
    var unused = Corpora.write(temp.resolve("shards"), Corpora.scenes(tens), FileSize.DEFAULT);
  }

  private String phrases() {
    return "phrases=" + temp.resolve("phrases.txt");
  }

  private Path file(String name) {
    return temp.resolve(name);
  }

  private Location location(String name) {
    return Location.of(file(name));
  }

  private List<NamedLayout> layouts(String name) {
    return LayoutLines.read(LayoutLines.index(location(name)).all());
  }

  private int run(String... words) {
    return run(List.of(words));
  }

  private int run(List<String> words, String... more) {
    LocalSpark.session(); // the job joins this session and, when it ends, stops it
    var all = new ArrayList<>(words);
    all.addAll(List.of(more));
    return runHere(all);
  }

  private int runHere(List<String> words) {
    return new JobRunner(Reference.builtIn(), print(out), print(err)).run(new LayoutsJob(), words);
  }

  private static Object stop(SparkSession session) {
    session.stop();
    return session;
  }

  private String console() {
    return out.toString(StandardCharsets.UTF_8) + err.toString(StandardCharsets.UTF_8);
  }

  private static PrintStream print(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }
}
