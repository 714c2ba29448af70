package ai.echogen.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.config.Reference;
import ai.echogen.data.LocalSpark;
import ai.echogen.data.Sample;
import ai.echogen.data.shards.Dropped;
import ai.echogen.data.shards.Provenance;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.image.Png;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import ai.echogen.storage.Location;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class StatsJobTest {
  private static final String NASTY = "</p><script>alert('x' & \"y\")</script>";
  private static final Pattern PICTURE = Pattern.compile("src=\"data:image/png;base64,([^\"]+)\"");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  @TempDir private Path temp;

  /** Ten rows to train on, of which 0 and 1 have one image; two to test on, one does not decode. */
  @BeforeEach
  void writeShards() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      var image = new BufferedImage(i == 0 ? 20 : 20 + i - 1, 500, BufferedImage.TYPE_INT_RGB);
      var file = i == 11 ? "no picture".getBytes(StandardCharsets.UTF_8) : Png.encode(image);
      var phrase = i < 3 ? NASTY : "hoop";
      var region = new Region(phrase, "hoop", new Box(0, 0, 0.5f, 0.5f));
      var layout = new Layout("word " + NASTY, List.of(region, region));
      rows.add(
          new Sample("id" + i, file, "p", 20, 500, layout, "s", i < 10 ? "train" : "test").toRow());
    }
    ShardStore.write(
        LocalSpark.session().createDataFrame(rows, Sample.SCHEMA),
        Location.of(temp.resolve("shards")),
        new Provenance(
            "test", "{}", List.of(new Dropped("reason " + NASTY, 7, List.of("x.png " + NASTY)))));
  }

  @Test
  void writesTheNumbersAsJson() throws Exception {
    assertThat(run("samples=0")).as(this::console).isZero();

    var json = new ObjectMapper().readTree(temp.resolve("out/stats.json").toFile());
    var train = json.at("/splits/train");
    assertThat(train.at("/rows").asLong()).isEqualTo(10);
    assertThat(train.at("/images/distinct").asLong()).isEqualTo(9);
    assertThat(train.at("/images/duplicates").asLong()).isEqualTo(1);
    assertThat(train.at("/images/repeated").toString())
        .isEqualTo("[{\"rows\":2,\"ids\":[\"id0\",\"id1\"]}]");
    assertThat(train.at("/sizes/height/max").asLong()).isEqualTo(500);
    assertThat(train.at("/sizes/most").toString())
        .isEqualTo("[{\"text\":\"20 × 500\",\"count\":10}]");
    assertThat(train.at("/captions/words/median").asDouble()).isEqualTo(4);
    assertThat(train.at("/regions/perImage/counts").toString())
        .isEqualTo("[0,0,10,0,0,0,0,0,0,0,0]");
    assertThat(train.at("/phrases/most/0/count").asLong()).isEqualTo(14);
    assertThat(train.at("/phrases/most/1/text").asText()).isEqualTo(NASTY);
    assertThat(train.at("/regions/centers/8/8").asLong()).isEqualTo(20);
    assertThat(json.at("/splits/test/images/formats").toString())
        .isEqualTo("{\"bin\":1,\"png\":1}");
    assertThat(json.at("/sharedImages/images").asLong()).isZero();
    assertThat(json.at("/manifest/dropped/0/count").asLong()).isEqualTo(7);
    assertThat(json.at("/provenance/job").asText()).isEqualTo("stats");
  }

  @Test
  void thePageIsWellFormedAndEscapesWhatIsInTheData() throws Exception {
    assertThat(run("samples=3")).as(this::console).isZero();

    var html = Files.readString(temp.resolve("out/index.html"));
    assertThat(html)
        .doesNotContain("<script", "http:", "https:", "<link", "@import", "url(", "<iframe");
    var document = parsed(html);
    var figures = document.getElementsByTagName("figcaption");
    assertThat(IntStream.range(0, figures.getLength()).mapToObj(figures::item))
        .extracting(figure -> figure.getTextContent())
        .contains("Phrases", "Centres of boxes in the image")
        .anyMatch(text -> text.startsWith("id11: word") && text.contains("does not decode"));
    var titles = document.getElementsByTagName("title");
    assertThat(IntStream.range(0, titles.getLength()).mapToObj(titles::item))
        .extracting(title -> title.getTextContent())
        .contains(NASTY + ": 6");
    assertThat(document.getElementsByTagName("svg").getLength()).isEqualTo(2 * 13);
    var pictures = PICTURE.matcher(html).results().map(found -> found.group(1)).toList();
    assertThat(pictures).hasSize(3 + 2);
    for (var picture : pictures) {
      var image = Png.decode(Base64.getDecoder().decode(picture));
      assertThat(Math.max(image.getWidth(), image.getHeight())).isEqualTo(256);
    }
  }

  @Test
  void theConsoleHasATableAndTheSameSeedGivesTheSamePage() throws Exception {
    assertThat(run("samples=2")).as(this::console).isZero();
    assertThat(console())
        .containsPattern("split +rows +regions an image +caption words +duplicates\n")
        .containsPattern("train +10 +2.000 +4.000 +1\n")
        .contains("wrote " + temp.resolve("out") + ": index.html, stats.json");
    assertThat(run("samples=2", "out=" + temp.resolve("again"))).isZero();
    assertThat(shown("again")).isEqualTo(shown("out"));
  }

  /** The page but for what made it, which names where it is. */
  private String shown(String place) throws IOException {
    var page = Files.readString(temp.resolve(place).resolve("index.html"));
    return page.substring(0, page.indexOf("what made this page"));
  }

  @Test
  void aDryRunSaysWhatWouldBeDone() {
    assertThat(run("--dry-run")).isZero();
    assertThat(console()).contains("counts 12 rows: ", "train 10", "test 2", "index.html");
    assertThat(temp.resolve("out")).doesNotExist();
  }

  @Test
  void tooManySamplesAreNamed() {
    assertThat(run("samples=201")).isEqualTo(2);
    assertThat(console()).contains("samples must be 0 to 200, got 201");
  }

  /** The page read as XML, once the void elements are closed. */
  private static Document parsed(String html) throws Exception {
    var xml = html.replaceFirst("<!DOCTYPE html>", "").replaceAll("<(meta|img)([^>]*)>", "<$1$2/>");
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(xml.strip())));
  }

  private int run(String... words) {
    LocalSpark.session(); // the job joins this session and, when it ends, stops it
    var usual = Stream.of("data=" + temp.resolve("shards"), "out=" + temp.resolve("out"));
    return new JobRunner(Reference.builtIn(), print(out), print(err))
        .run(new StatsJob(), Stream.concat(usual, Stream.of(words)).toList());
  }

  private String console() {
    return out.toString(StandardCharsets.UTF_8) + err.toString(StandardCharsets.UTF_8);
  }

  private static PrintStream print(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }
}
