package ai.echogen.scoring.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.scoring.metrics.AveragePrecision.Classes;
import ai.echogen.scoring.metrics.AveragePrecision.Found;
import ai.echogen.scoring.metrics.AveragePrecision.Truth;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every number that pycocotools gives on the fixture; see the README beside it. */
class CocoApFixtureTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final double TOLERANCE = 1e-9;
  private static final Map<String, String> NAMES =
      Map.ofEntries(
          Map.entry("AP", "ap"),
          Map.entry("AP50", "ap50"),
          Map.entry("AP75", "ap75"),
          Map.entry("APs", "ap_small"),
          Map.entry("APm", "ap_medium"),
          Map.entry("APl", "ap_large"),
          Map.entry("AR1", "ar1"),
          Map.entry("AR10", "ar10"),
          Map.entry("AR100", "ar100"),
          Map.entry("ARs", "ar_small"),
          Map.entry("ARm", "ar_medium"),
          Map.entry("ARl", "ar_large"));

  @ParameterizedTest
  @CsvSource({
    "small, with_categories, SEPARATE",
    "small, class_agnostic, TOGETHER",
    "medium, with_categories, SEPARATE",
    "medium, class_agnostic, TOGETHER",
    "degenerate, with_categories, SEPARATE",
    "degenerate, class_agnostic, TOGETHER",
    "no_ground_truth, with_categories, SEPARATE",
    "no_ground_truth, class_agnostic, TOGETHER",
    "no_detections, with_categories, SEPARATE",
    "no_detections, class_agnostic, TOGETHER",
  })
  void givesTheNumbersOfPycocotools(String name, String part, Classes classes) throws IOException {
    var truth = read(name + ".gt.json");
    var categories = new ArrayList<Integer>();
    truth.get("categories").forEach(c -> categories.add(c.get("id").asInt()));
    var precision =
        AveragePrecision.of(
            categories, truths(truth.get("annotations")), found(read(name + ".dt.json")), classes);
    var expected = read(name + ".expected.json").get(part);
    compare(expected.get("stats"), precision.stats());
    for (var t = 0; t < AveragePrecision.THRESHOLDS.length; t++) {
      var key = String.format(Locale.ROOT, "%.2f", AveragePrecision.THRESHOLDS[t]);
      assertThat(precision.apAt(t))
          .as("AP at " + key)
          .isCloseTo(expected.get("ap_per_iou").get(key).asDouble(), within(TOLERANCE));
      assertThat(precision.recallAt(t))
          .as("recall at " + key)
          .isCloseTo(expected.get("recall_per_iou").get(key).asDouble(), within(TOLERANCE));
    }
    if (classes == Classes.SEPARATE) {
      assertThat(expected.get("per_category")).hasSameSizeAs(categories);
      expected
          .get("per_category")
          .forEach(c -> compare(c, precision.stats(c.get("category_id").asInt())));
    }
  }

  private static void compare(JsonNode expected, Map<String, Double> stats) {
    expected
        .fields()
        .forEachRemaining(
            field -> {
              if (!field.getKey().equals("category_id")) {
                assertThat(stats.get(NAMES.get(field.getKey())))
                    .as(field.getKey())
                    .isCloseTo(field.getValue().asDouble(), within(TOLERANCE));
              }
            });
  }

  private static List<Truth> truths(JsonNode annotations) {
    var all = new ArrayList<Truth>();
    for (var a : annotations) {
      var box = a.get("bbox");
      all.add(
          new Truth(
              a.get("image_id").asLong(),
              a.get("category_id").asInt(),
              box.get(0).asDouble(),
              box.get(1).asDouble(),
              box.get(2).asDouble(),
              box.get(3).asDouble(),
              a.get("area").asDouble(),
              a.path("iscrowd").asInt() == 1));
    }
    return all;
  }

  private static List<Found> found(JsonNode results) {
    var all = new ArrayList<Found>();
    for (var r : results) {
      var box = r.get("bbox");
      all.add(
          new Found(
              r.get("image_id").asLong(),
              r.get("category_id").asInt(),
              box.get(0).asDouble(),
              box.get(1).asDouble(),
              box.get(2).asDouble(),
              box.get(3).asDouble(),
              r.get("score").asDouble()));
    }
    return all;
  }

  private static JsonNode read(String file) throws IOException {
    return JSON.readTree(Fixtures.folder("coco-ap").resolve(file).toFile());
  }
}
