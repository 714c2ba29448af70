package ai.echogen.observe.scores;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.image.Png;
import ai.echogen.layout.Box;
import ai.echogen.observe.scores.SampleScores.Seen;
import ai.echogen.observe.scores.SampleScores.Share;
import ai.echogen.observe.scores.SampleScores.Wanted;
import ai.echogen.storage.Location;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaseListTest {
  private static final String NASTY =
      "</script><script>alert('x' & \"y\")</script><!--\u0007\u2028\u202Egnp\uD800\n";

  @TempDir private Path dir;

  @Test
  void aCaseHasItsTextsNumbersAndBoxes() throws Exception {
    var wanted =
        List.of(new Wanted("dog", Samples.LEFT), new Wanted("ball", new Box(0.25f, 0, 0.75f, 1)));
    var seen = List.of(new Seen("cat", 0.25, Samples.LEFT), new Seen("dog", 0.5, Samples.RIGHT));
    var sample =
        new SampleScores(
            "a",
            "test",
            "a",
            Samples.numbers(Map.of("m", new Share(1, 3))),
            wanted,
            Arrays.asList(new Box(0, 0, 0.5f, 0.5f), null),
            seen,
            null,
            null);
    var json = json(list(List.of(sample), List.of("m", "other"), List.of()));
    assertThat(json.path("sides").toString()).isEqualTo("[\"run\"]");
    assertThat(json.path("columns").toString()).isEqualTo("[\"m\",\"other\"]");
    assertThat(json.path("leading").asInt()).isZero();
    assertThat(json.path("texts").toString()).isEqualTo("[\"test\",\"dog\",\"ball\",\"cat\"]");
    assertThat(json.path("cases").toString())
        .isEqualTo(
            "[[\"a\",0,[0.33333,null],[[1,0,0,500,1000],[2,250,0,750,1000]],"
                + "[[[[0,0,500,500,500],null],[[1,0.5,500,0,1000,1000],[3,0.25,0,0,500,1000]],-1,\"\"]],0]]");
  }

  @Test
  void noTextEndsItsElementOrTurnsRoundWhatIsBesideIt() throws Exception {
    var html =
        list(
                List.of(Samples.of(NASTY, NASTY, Map.of(NASTY, new Share(1, 1)))),
                List.of(NASTY),
                List.of())
            .html();
    var start = html.indexOf("id=\"cases-data\">") + "id=\"cases-data\">".length();
    var data = html.substring(start, html.indexOf("</script>", start));
    assertThat(data).doesNotContain("<", ">", "&");
    assertThat(html.substring(start + data.length())).isEqualTo("</script>\n</figure>\n");
    var json = new ObjectMapper().readTree(data);
    var shown = "</script><script>alert('x' & \"y\")</script><!--\uFFFD\uFFFD\uFFFDgnp";
    for (var text : List.of(json.at("/cases/0/0"), json.at("/columns/0"), json.at("/texts/1"))) {
      assertThat(text.asText())
          .startsWith(shown)
          .doesNotContain("\u0007", "\u202E", "\u2028", "\n");
    }
  }

  @Test
  void veryLongTextsAndManyRegionsAreCutAndCounted() throws Exception {
    var wanted = Collections.nCopies(70, new Wanted("x".repeat(1000), Samples.LEFT));
    var numbers = Samples.numbers(Map.of("m", new Share(1, 1)));
    var sample =
        new SampleScores("a", "test", "a", numbers, wanted, List.of(), List.of(), null, null);
    var json = json(list(List.of(sample), List.of("m"), List.of()));
    assertThat(json.at("/texts/1").asText()).isEqualTo("x".repeat(160) + "…");
    assertThat(json.at("/cases/0/3")).hasSize(50);
    assertThat(json.at("/cases/0/5").asInt()).isEqualTo(20);
  }

  @Test
  void galleriesHaveTheirPicturesInThePage() throws Exception {
    var image = new BufferedImage(512, 256, BufferedImage.TYPE_INT_ARGB);
    IntStream.range(0, 512).forEach(x -> image.setRGB(x, 0, 0xFF336699));
    Files.createDirectories(dir.resolve("drawings"));
    Files.write(dir.resolve("drawings/b.png"), Png.encode(image));
    Files.writeString(dir.resolve("drawings/c.png"), "no picture");
    var samples =
        List.of(
            pictured("a", "drawings/b.png"),
            pictured("b", "drawings/b.png"),
            pictured("c", "drawings/c.png"),
            pictured("d", "drawings/d.png"));
    var list = list(samples, List.of("m"), List.of(new Gallery("Worst", List.of(2, 1, 3))));
    var json = json(list);
    assertThat(json.path("galleries").toString()).isEqualTo("[[\"Worst\",[2,1,3]]]");
    assertThat(places(json)).containsExactly(-1, 0, -1, -1);
    assertThat(json.at("/cases/1/4/0/3").asText()).isEqualTo("drawings/b.png");
    assertThat(json.path("pictures")).hasSize(1);
    var picture = json.at("/pictures/0");
    assertThat(picture.get(0).asInt()).isEqualTo(256);
    assertThat(picture.get(1).asInt()).isEqualTo(128);
    var small = decoded(picture);
    assertThat(small.getWidth()).isEqualTo(256);
    assertThat(small.getRGB(3, 100) & 0xFFFFFF).isEqualTo(0xFFFFFF); // transparent on white
    assertThat(list.notes())
        .singleElement()
        .asString()
        .startsWith("Pictures that could not be read: 2, such as drawings/c.png (");
  }

  @Test
  void aPageElsewhereNamesNoFilesBesideIt() throws Exception {
    var run =
        Samples.run(
            "run", dir.resolve("run"), Samples.summary(Map.of(), Map.of(), Map.of()), List.of());
    var list =
        new CaseList(
            List.of(run),
            Location.of(dir),
            List.of("m"),
            0,
            List.of(Case.of(List.of(pictured("a", "drawings/a.png")), new double[] {1})),
            List.of(),
            List.of(0));
    assertThat(json(list).at("/cases/0/4/0/3").asText()).isEmpty();
  }

  @Test
  void whatWouldMakeTheFileTooLargeIsToldAndGalleriesComeFirst() throws Exception {
    var random = new Random(1);
    var samples = new ArrayList<SampleScores>();
    for (int i = 0; i < 2_500; i++) {
      var phrase = new StringBuilder();
      random.ints(160, 'a', 'z').forEach(letter -> phrase.append((char) letter));
      var wanted = new ArrayList<Wanted>();
      for (int r = 0; r < 30; r++) {
        wanted.add(new Wanted(r + phrase.toString(), Samples.LEFT));
      }
      samples.add(
          new SampleScores(
              "s" + (10_000 + i),
              "test",
              "i",
              Samples.numbers(Map.of("m", new Share(1, 1))),
              wanted,
              List.of(),
              List.of(),
              null,
              null));
    }
    var list = list(samples, List.of("m"), List.of(new Gallery("Worst", List.of(2_499, 0))));
    var json = json(list);
    int listed = json.path("cases").size();
    assertThat(listed).isBetween(500, 2_499);
    assertThat(list.html().length()).isLessThan(10_000_000);
    assertThat(json.at("/galleries/0/1").toString()).isEqualTo("[" + (listed - 1) + ",0]");
    assertThat(list.notes())
        .singleElement()
        .asString()
        .contains(" of 2,500 cases are listed")
        .contains("samples.jsonl has all");
  }

  private static SampleScores pictured(String id, @Nullable String drawing) {
    return new SampleScores(
        id,
        "test",
        id,
        Samples.numbers(Map.of("m", new Share(1, 1))),
        List.of(),
        List.of(),
        List.of(),
        drawing,
        null);
  }

  private CaseList list(List<SampleScores> samples, List<String> columns, List<Gallery> galleries) {
    var run = Samples.run("run", dir, Samples.summary(Map.of(), Map.of(), Map.of()), samples);
    var cases =
        samples.stream()
            .map(
                sample ->
                    Case.of(
                        List.of(sample),
                        columns.stream()
                            .mapToDouble(column -> sample.number(column).orElse(Double.NaN))
                            .toArray()))
            .toList();
    var drawn = IntStream.range(0, cases.size()).boxed().toList();
    return new CaseList(List.of(run), Location.of(dir), columns, 0, cases, galleries, drawn);
  }

  private static JsonNode json(CaseList list) throws Exception {
    var data = Pattern.compile("id=\"cases-data\">(.*)</script>").matcher(list.html());
    assertThat(data.find()).isTrue();
    return new ObjectMapper().readTree(data.group(1).getBytes(StandardCharsets.UTF_8));
  }

  private static List<Integer> places(JsonNode json) {
    var places = new ArrayList<Integer>();
    json.path("cases").forEach(one -> places.add(one.at("/4/0/2").asInt()));
    return places;
  }

  private static BufferedImage decoded(JsonNode picture) {
    var uri = picture.get(2).asText();
    return Png.decode(Base64.getDecoder().decode(uri.substring(uri.indexOf(',') + 1)));
  }
}
