package ai.echogen.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.image.ImageFile;
import ai.echogen.image.Png;
import ai.echogen.layout.Box;
import ai.echogen.model.RunMode;
import ai.echogen.model.TinyModel;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.storage.Location;
import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The interface, with two tiny models that know other words. */
class StudioTest {
  private static final String LAYOUT =
      """
      "caption": "a red dog and a blue ball", "regions": [
      {"phrase": "red dog", "box": [0.1, 0.2, 0.55, 0.9]},
      {"phrase": "blue ball", "box": [0.6, 0.5, 1, 0.95]}]\
      """;

  @TempDir private static Path temp;
  private static ModelArtist one;
  private static ModelArtist other;
  private static Studio studio;
  private static Client client;

  @BeforeAll
  static void open() throws IOException {
    one = artist("first", "a red dog and a blue ball");
    other = artist("second", "a red dog and a cat");
    studio =
        Studio.open(
            new Studio.Door("127.0.0.1", 0, Optional.empty()),
            List.of(one, other),
            new Limits(1_000_000, 4, 1, 5),
            new Decoder.Sampling(1, 0, 1, 2));
    client = new Client(studio.url());
  }

  private static ModelArtist artist(String name, String words) throws IOException {
    var place = temp.resolve(name).resolve("model");
    TinyModel.write(place, List.of(words));
    return ModelArtist.open(Location.of(place), RunMode.FINISHED);
  }

  @AfterAll
  static void close() {
    studio.close();
    one.close();
    other.close();
  }

  @Test
  void tellsItsModelsAndItsLimits() throws Exception {
    var answer = client.get("api/models");

    assertThat(answer.status()).isEqualTo(200);
    var models = answer.json().get("models");
    assertThat(models).extracting(model -> model.get("key").asText()).containsExactly("a", "b");
    assertThat(models)
        .extracting(model -> model.get("name").asText())
        .containsExactly("first", "second");
    assertThat(models.get(0).get("imageSize").asInt()).isEqualTo(TinyModel.SIDE);
    assertThat(models.get(0).get("codes").asInt()).isEqualTo(TinyModel.CODES);
    assertThat(answer.json().at("/limits/bestOf").asInt()).isEqualTo(5);
    assertThat(answer.json().at("/usual/guidance").asDouble()).isEqualTo(2);
    assertThat(answer.json().get("example").isNull()).as("no words are known to both").isTrue();
  }

  @Test
  void theExampleIsInWordsThatAllModelsKnow() {
    assertThat(Examples.of(List.of(one)).orElseThrow().caption())
        .isEqualTo("a red dog and a blue ball");
    assertThat(Examples.of(List.of(one, other))).isEmpty();
  }

  @Test
  void drawsAndReadsBack() throws Exception {
    var answer = client.post("api/draw", "{%s, \"bestOf\": 5, \"seed\": 3}".formatted(LAYOUT));

    assertThat(answer.status()).as(answer.json().toString()).isEqualTo(200);
    assertThat(answer.json().get("results")).hasSize(1);
    var result = answer.json().at("/results/0");
    assertThat(result.get("model").asText()).isEqualTo("a");
    assertThat(result.get("lacking")).isEmpty();
    assertThat(result.get("seconds").asDouble()).isPositive();
    assertThat(result.get("drawings")).hasSize(5);
    double most = 0;
    for (var drawing : result.get("drawings")) {
      var image = ImageFile.decode(Base64.getDecoder().decode(drawing.get("png").asText()));
      assertThat(image.getWidth()).isEqualTo(TinyModel.SIDE);
      assertThat(meanIou(drawing)).isEqualTo(drawing.get("meanIou").asDouble(), within(1e-9));
      most = Math.max(most, drawing.get("meanIou").asDouble());
    }
    var best = result.get("drawings").get(result.get("best").asInt());
    assertThat(best.get("meanIou").asDouble()).isEqualTo(most);
  }

  /** Computed again from the boxes. */
  private static double meanIou(JsonNode drawing) {
    double sum = 0;
    for (var region : drawing.get("regions")) {
      double iou =
          region.get("read").isNull() ? 0 : box(region.get("box")).iou(box(region.get("read")));
      assertThat(region.get("iou").asDouble()).isEqualTo(iou, within(1e-9));
      sum += iou;
    }
    assertThat(drawing.get("regions")).hasSize(2);
    return sum / 2;
  }

  private static Box box(JsonNode sides) {
    return new Box(
        sides.get(0).floatValue(),
        sides.get(1).floatValue(),
        sides.get(2).floatValue(),
        sides.get(3).floatValue());
  }

  @Test
  void theSameSeedDrawsTheSame() throws Exception {
    var first = pngs("{%s, \"seed\": 3, \"bestOf\": 2}");
    var fewer = pngs("{%s, \"seed\": 3}");

    assertThat(pngs("{%s, \"seed\": 3, \"bestOf\": 2}")).isEqualTo(first);
    assertThat(fewer).isEqualTo(first.subList(0, 1));
    assertThat(pngs("{%s, \"seed\": 4, \"bestOf\": 2}")).doesNotContainAnyElementsOf(first);
    assertThat(pngs("{%s, \"seed\": 3, \"id\": \"other\"}")).doesNotContainAnyElementsOf(first);
  }

  private static List<String> pngs(String request) throws Exception {
    var answer = client.post("api/draw", request.formatted(LAYOUT));
    return Client.stream(answer.json().at("/results/0/drawings"))
        .map(drawing -> drawing.get("png").asText())
        .toList();
  }

  @Test
  void twoModelsDrawSideBySideAndSayWhichWordsTheyLack() throws Exception {
    var answer = client.post("api/draw", "{%s, \"model\": \"both\"}".formatted(LAYOUT));

    var results = answer.json().get("results");
    assertThat(results)
        .extracting(result -> result.get("name").asText())
        .containsExactly("first", "second");
    assertThat(Client.texts(results.get(0).get("lacking"))).isEmpty();
    assertThat(Client.texts(results.get(1).get("lacking"))).containsExactly("blue", "ball");
  }

  @Test
  void aCaptionAloneHasNothingToAgreeWith() throws Exception {
    var answer = client.post("api/draw", "{\"caption\": \"a red dog\"}");

    var drawing = answer.json().at("/results/0/drawings/0");
    assertThat(drawing.get("meanIou").isNull()).isTrue();
    assertThat(drawing.get("regions")).isEmpty();
  }

  @Test
  void everythingThatIsWrongWithARequestIsListed() throws Exception {
    var answer =
        client.post(
            "api/draw",
            """
            {"capt": "x", "seed": -1, "guidance": 1e9, "temperature": -0.5, "bestOf": 6,
             "model": "c", "topP": 0, "regions": [
              {"phrase": " ", "box": [0, 0, 1, 1]},
              {"phrase": "dog", "box": [0.5, 0, 0.5, 1]},
              {"phrase": "dog", "box": [0, 0, 1], "colour": "red"},
              {"phrase": "%s", "box": "none"}]}
            """
                .formatted("x".repeat(201)));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.errors())
        .containsExactlyInAnyOrder(
            "capt is not known",
            "seed must be a whole number, 0 to 9007199254740991, got -1",
            "guidance must be in [0.0, 100.0], got 1.0E9",
            "temperature must be in [0.0, 100.0], got -0.5",
            "topP must be in (0, 1], got 0.0",
            "bestOf must be a whole number, 1 to 5, got 6",
            "model must be a (first), b (second) or both",
            "regions[0].phrase must be a text, got \" \"",
            "regions[1].box is none: a box needs 0 <= x0 < x1 <= 1 and 0 <= y0 < y1 <= 1, got"
                + " [0.5, 0.0, 0.5, 1.0]",
            "regions[2].box must be [x0, y0, x1, y1], got [0,0,1]",
            "regions[2].colour is not known",
            "regions[3].phrase must have at most 200 letters, got 201",
            "regions[3].box must be [x0, y0, x1, y1], got \"none\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{                                   | request: 1: is not valid JSON",
        "[]                                  | request: must be a JSON object",
        "''                                  | request: must be a JSON object",
        "{}                                  | caption must be there where there are no regions",
        "{'caption': 'x', 'caption': 'y'}    | Duplicate field",
        "{'caption': 'x', 'guidance': 1e999} | guidance must be a number",
        "{'caption': 7}                      | caption must be a text, got 7",
        "{'caption': 'x', 'regions': {}}     | regions must be a list",
        "{'caption': 'x', 'seed': 1.5}       | seed must be a whole number",
      })
  void whatIsNoRequestIsRefused(String body, String problem) throws Exception {
    var answer = client.post("api/draw", body.replace('\'', '"'));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.errors()).anyMatch(error -> error.contains(problem));
  }

  @Test
  void moreRegionsThanAModelTakesAreRefused() throws Exception {
    var regions =
        IntStream.range(0, 11)
            .mapToObj(i -> "{\"phrase\": \"dog\", \"box\": [0, 0, 1, 1]}")
            .collect(Collectors.joining(","));

    var answer = client.post("api/draw", "{\"regions\": [" + regions + "]}");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.errors()).containsExactly("regions must be at most 10, got 11");
  }

  /**
   * The tiny model has 512 positions; ten phrases of 200 letters take more in text and question.
   */
  @Test
  void phrasesThatAreTooLongForTheModelAreRefused() throws Exception {
    var phrase = "dog ".repeat(50).strip();
    var regions =
        IntStream.range(0, 10)
            .mapToObj(i -> "{\"phrase\": \"%s\", \"box\": [0, 0, 1, 1]}".formatted(phrase))
            .collect(Collectors.joining(","));

    var answer = client.post("api/draw", "{\"regions\": [" + regions + "]}");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.errors())
        .singleElement()
        .asString()
        .startsWith("first: ")
        .contains("shorten");
  }

  @Test
  void findsPhrasesInAnImageOfAnyShape() throws Exception {
    var png = Png.encode(new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB));
    var path = "api/ground?phrase=red+dog&phrase=a%20z%C3%A9bra&model=both";

    var answer = client.post(path, "image/png", BodyPublishers.ofByteArray(png));

    assertThat(answer.status()).as(answer.json().toString()).isEqualTo(200);
    var results = answer.json().get("results");
    assertThat(results).hasSize(2);
    assertThat(results.get(0).get("width").asInt()).isEqualTo(40);
    assertThat(results.get(0).get("height").asInt()).isEqualTo(30);
    assertThat(results.get(0).get("regions"))
        .extracting(region -> region.get("phrase").asText())
        .containsExactly("red dog", "a zébra");
    assertThat(results.get(0).at("/regions/0/box")).hasSize(4);
    assertThat(Client.texts(results.get(0).get("lacking"))).containsExactly("zébra");
  }

  @Test
  void whatIsNoImageIsNamed() throws Exception {
    var png = Png.encode(new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB));
    var half = Arrays.copyOf(png, png.length / 2);

    var broken =
        client.post("api/ground?phrase=dog", "image/png", BodyPublishers.ofByteArray(half));
    var text =
        client.post("api/ground?phrase=dog", "image/png", BodyPublishers.ofString("a picture"));
    var nothing = client.post("api/ground?phrase=dog", "image/png", BodyPublishers.noBody());
    var json = client.post("api/ground?phrase=dog", "{}");

    assertThat(broken.status()).isEqualTo(422);
    assertThat(broken.errors()).singleElement().asString().startsWith("the image cannot be used: ");
    assertThat(text.status()).isEqualTo(422);
    assertThat(text.errors()).singleElement().asString().contains("not an image");
    assertThat(nothing.status()).isEqualTo(422);
    assertThat(nothing.errors()).containsExactly("the image cannot be used: empty file");
    assertThat(json.status()).isEqualTo(415);
  }

  @Test
  void whatIsWrongWithAQuestionIsListed() throws Exception {
    var none = client.post("api/ground?model=c&size=2", "image/png", BodyPublishers.noBody());
    var blank =
        client.post(
            "api/ground?phrase=%20&phrase=" + "x".repeat(201) + "&ticket=a%20b",
            "image/png",
            BodyPublishers.noBody());

    assertThat(none.status()).isEqualTo(400);
    assertThat(none.errors())
        .containsExactlyInAnyOrder(
            "size is not known",
            "phrase must be there 1 to 10 times, got 0",
            "model must be a (first), b (second) or both");
    assertThat(blank.errors())
        .containsExactly(
            "phrase must not be blank", "phrase must have at most 200 letters, got 201");
  }

  @Test
  void saysWhichWordsModelsLack() throws Exception {
    var answer =
        client.post("api/words", "{\"texts\": [\"Red dog, blue BALL\", \"\", \"a zebra\"]}");

    assertThat(answer.json().toString())
        .isEqualTo(
            "{\"a\":[[\",\"],[],[\"zebra\"]],\"b\":[[\",\",\"blue\",\"ball\"],[],[\"zebra\"]]}");
  }

  @Test
  void anUnknownPageOrMethodIsTold() throws Exception {
    var missing = client.get("api/secrets");
    var above = client.get("..%2f..%2fetc%2fpasswd");
    var wrong = client.get("api/draw");
    var page = client.post("", "{}");

    assertThat(missing.status()).isEqualTo(404);
    assertThat(missing.errors()).singleElement().asString().contains("/api/draw");
    assertThat(above.status()).isEqualTo(404);
    assertThat(wrong.status()).isEqualTo(405);
    assertThat(wrong.response().headers().firstValue("Allow")).contains("POST");
    assertThat(page.status()).isEqualTo(405);
  }

  @Test
  void aPortThatIsTakenIsNamed() {
    int port = java.net.URI.create(studio.url()).getPort();

    assertThatThrownBy(
            () ->
                Studio.open(
                    new Studio.Door("127.0.0.1", port, Optional.empty()),
                    List.of(one),
                    new Limits(1000, 1, 1, 1),
                    new Decoder.Sampling(1, 0, 1, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("port=" + port, "port=0");
  }

  @ParameterizedTest
  @CsvSource({
    "/runs/pmtp/model, pmtp",
    "/runs/pmtp,       pmtp",
    "/model,           model",
  })
  void aModelIsCalledAsItsRun(String directory, String name) {
    assertThat(ModelArtist.name(Location.of(Path.of(directory)))).isEqualTo(name);
  }
}
