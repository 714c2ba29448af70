package ai.echogen.scoring.benchmarks;

import static ai.echogen.scoring.benchmarks.Samples.sample;
import static ai.echogen.scoring.benchmarks.Samples.target;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.echogen.layout.Box;
import ai.echogen.scoring.metrics.Detection;
import ai.echogen.scoring.metrics.PixelBox;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PredictionsTest {
  private static final Map<String, Case> CASES =
      Map.of(
          "7", sample("7", target("a dog", 0, 0, 50, 50)),
          "8", sample("8", target("a dog", 0, 0, 50, 50)));

  @TempDir private Path temp;

  private Location file(String text) throws IOException {
    return Location.of(Files.writeString(temp.resolve("predictions"), text));
  }

  @Test
  void refL4sFormHasCornersOrSizes() throws IOException {
    var file =
        file(
            """
            [{"id": 7, "pred_bbox": [1, 2, 30, 40], "format": "xywh"},
             {"id": "8", "pred_bbox": [30, 40, 1, 2], "format": "xyxy"},
             {"id": "9", "pred_bbox": [0, 0, 1, 1]}]
            """);

    var boxes = Predictions.boxes(file, CASES);

    assertThat(boxes).containsOnlyKeys("7", "8");
    assertThat(boxes.get("7")).containsExactly(new PixelBox(1, 2, 31, 42));
    assertThat(boxes.get("8")).containsExactly(new PixelBox(30, 40, 1, 2)); // flipped: kept so
    assertThat(Predictions.extra(file, CASES)).containsExactly("9");
  }

  @Test
  void linesHaveSharesOfThePicture() throws IOException {
    var file =
        file(
            """
            {"id": "7", "regions": [{"phrase": "a dog", "box": [0.25, 0, 0.5, 1]}]}

            {"id": "8", "regions": [{"phrase": "a dog", "box": null}]}
            """);

    var boxes = Predictions.boxes(file, CASES);

    assertThat(boxes.get("7")).containsExactly(new PixelBox(25, 0, 50, 100));
    assertThat(boxes.get("8")).hasSize(1).containsOnlyNulls();
  }

  /** Boxes are given by their places: those of a picture with two phrases may be exchanged. */
  @Test
  void aBoxThatStandsAtAnotherPhraseIsRefused() {
    var two = sample("7", target("a dog", 0, 0, 50, 50), target("a ball", 50, 0, 90, 50));
    assertThatThrownBy(
            () ->
                Predictions.boxes(
                    file(
                        """
                        {"id": "7", "regions": [{"phrase": "a ball", "box": [0.5, 0, 0.9, 0.5]}, {"phrase": "a dog", "box": null}]}
                        """),
                    Map.of("7", two)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith(
            "predictions: id 7: regions[0] must be of \"a dog\", got \"a ball\"; give the boxes in"
                + " the order of the phrases");
  }

  @Test
  void phrasesMayBeWrittenAnotherWayOrBeMissing() throws IOException {
    for (var phrase : new String[] {"\"phrase\": \" A  Dog\", ", ""}) {
      var file = file("{\"id\": \"7\", \"regions\": [{%s\"box\": null}]}".formatted(phrase));
      assertThat(Predictions.boxes(file, CASES).get("7")).containsOnlyNulls();
    }
  }

  @Test
  void cocosResultsAreSortedAndCut() throws IOException {
    var file =
        file(
            """
            [{"image_id": 7, "category_id": 1, "bbox": [0, 0, 10, 10], "score": 0.2},
             {"image_id": 7, "category_id": 2, "bbox": [90, 90, 20, 20], "score": 0.7},
             {"image_id": 99, "category_id": 1, "bbox": [0, 0, 1, 1], "score": 1}]
            """);

    var seen = Predictions.detections(file, CASES, Map.of(1L, "dog"));

    assertThat(seen.get("7"))
        .containsExactly(
            new Detection("category 2", new Box(0.9f, 0.9f, 1, 1), 0.7),
            new Detection("dog", new Box(0, 0, 0.1f, 0.1f), 0.2));
    assertThat(seen.get("99")).isEmpty();
  }

  @Test
  void whatIsWrongIsNamed() {
    assertWrong(
        "[{\"id\": 7, \"pred_bbox\": [1, 2, 3, 4]}, {\"id\": \"7\", \"pred_bbox\": [1,2,3,4]}]",
        "predictions: [1]: id is there twice, got 7");
    assertWrong("[{\"id\": 7, \"pred_bbox\": [1, 2, 3]}]", "pred_bbox must be four numbers");
    assertWrong(
        "[{\"id\": 7, \"pred_bbox\": [1, 2, 3, 4], \"format\": \"cxcywh\"}]", "xyxy or xywh");
    assertWrong("{\"id\": \"7\", \"regions\": []}", "must have a box for each of 1 regions, got 0");
    assertWrong("{\"id\": \"7\"}", "missing regions");
    assertWrong("[{\"id\": 7, \"pred_bbox\": [1e300, 2, 3, 4]}]", "four numbers of at most 1e8");
    assertWrong(
        "{\"id\": \"7\", \"regions\": [{\"phrase\": \"a\", \"box\": [10, 2, 30, 40]}]}",
        "predictions: 1: regions[0].box must be shares of the picture");
  }

  private void assertWrong(String text, String message) {
    assertThatThrownBy(() -> Predictions.boxes(file(text), CASES))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("predictions")
        .hasMessageContaining(message);
  }
}
