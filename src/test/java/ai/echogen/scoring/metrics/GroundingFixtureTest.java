package ai.echogen.scoring.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.torch.safetensors.SafetensorsFile;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every number of the fixture; see the README beside it. */
class GroundingFixtureTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final double TOLERANCE = 1e-9;
  private static final double EXACT = 1e-12; // of accuracies

  static List<Path> files() throws IOException {
    try (var files = Files.list(Fixtures.folder("grounding"))) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void measuresEachPrediction(Path file) throws IOException {
    var samples = JSON.readTree(file.toFile()).get("samples");
    assertThat(samples).isNotEmpty();
    for (var sample : samples) {
      assertThat(sample.properties())
          .extracting(Map.Entry::getKey)
          .containsOnly(
              "tag",
              "width",
              "height",
              "category",
              "gt",
              "pred",
              "id",
              "as_is",
              "sorted",
              "sorted_clipped");
      for (var treatment : List.of("as_is", "sorted", "sorted_clipped")) {
        var expected = sample.get(treatment);
        assertThat(expected.properties()).hasSize(4);
        var truth = box(sample.get("gt"));
        var predicted = predicted(sample, treatment);
        double width = sample.get("width").asDouble();
        double height = sample.get("height").asDouble();
        var where = "%s %s %s".formatted(file.getFileName(), sample.get("id"), treatment);
        compare(where, expected.get("iou"), predicted == null ? 0 : truth.iou(predicted));
        compare(where, expected.get("giou"), predicted == null ? null : truth.giou(predicted));
        compare(
            where,
            expected.get("l1_xyxy"),
            predicted == null ? null : truth.l1OfCorners(predicted, width, height));
        compare(
            where,
            expected.get("l1_cxcywh"),
            predicted == null ? null : truth.l1OfCentres(predicted, width, height));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void scoresTheSet(Path file) throws IOException {
    var root = JSON.readTree(file.toFile());
    assertThat(root.get("accuracy").properties()).hasSize(3);
    for (var treated : root.get("accuracy").properties()) {
      var strict = table(root.get("samples"), treated.getKey(), GroundingProtocol.STRICT);
      var inclusive = table(root.get("samples"), treated.getKey(), GroundingProtocol.REFCOCO);
      for (var group : treated.getValue().properties()) {
        var where = "%s %s %s".formatted(file.getFileName(), treated.getKey(), group.getKey());
        if (group.getKey().equals("category_average")) {
          compareClasses(where, group.getValue(), strict);
        } else {
          var prefix = group.getKey().equals("overall") ? "" : group.getKey() + ".";
          compareGroup(where, prefix, group.getValue(), strict, inclusive);
        }
      }
    }
  }

  @Test
  void measuresEachPairOfTheMatrix() throws IOException {
    try (var file =
        SafetensorsFile.open(Fixtures.folder("grounding").resolve("matrix.safetensors"))) {
      var a = Fixtures.rows(file, "a");
      var b = Fixtures.rows(file, "b");
      var iou = Fixtures.rows(file, "iou");
      var giou = Fixtures.rows(file, "giou");
      for (int i = 0; i < a.length; i++) {
        for (int k = 0; k < b.length; k++) {
          assertThat(box(a[i]).iou(box(b[k]))).isCloseTo(iou[i][k], within(TOLERANCE));
          assertThat(box(a[i]).giou(box(b[k]))).isCloseTo(giou[i][k], within(TOLERANCE));
        }
      }
    }
  }

  private static RatioTable table(JsonNode samples, String treatment, GroundingProtocol protocol) {
    var accuracy = new GroundingAccuracy(protocol, Map.of());
    for (var sample : samples) {
      accuracy.add(
          sample.get("id").asText(),
          sample.get("id").asText(),
          new GroundedRegion(
              "",
              sample.get("category").asText(),
              box(sample.get("gt")),
              predicted(sample, treatment)));
    }
    return accuracy.table();
  }

  private static void compareGroup(
      String where, String prefix, JsonNode expected, RatioTable strict, RatioTable inclusive) {
    if (expected.isNull()) {
      assertThat(strict.numbers()).as(where).doesNotContainKey(prefix + "acc50");
      return;
    }
    assertThat(expected.properties())
        .extracting(Map.Entry::getKey)
        .containsOnly(
            "n", "acc50", "acc75", "acc90", "macc", "mean_iou", "acc_at", "acc_at_inclusive");
    assertThat(strict.weights().get(prefix + "acc50"))
        .as(where)
        .isEqualTo(expected.get("n").asDouble());
    for (var name : List.of("acc50", "acc75", "acc90", "macc")) {
      compare(where + " " + name, expected.get(name), strict.numbers().get(prefix + name), EXACT);
    }
    compare(where, expected.get("mean_iou"), strict.numbers().get(prefix + "mean_iou"));
    for (var tables : Map.of("acc_at", strict, "acc_at_inclusive", inclusive).entrySet()) {
      assertThat(expected.get(tables.getKey()).properties()).hasSize(10);
      for (var at : expected.get(tables.getKey()).properties()) {
        var name = String.format(Locale.ROOT, "acc%.0f", 100 * Double.parseDouble(at.getKey()));
        compare(
            where + " " + name,
            at.getValue(),
            tables.getValue().numbers().get(prefix + name),
            EXACT);
      }
    }
  }

  private static void compareClasses(String where, JsonNode expected, RatioTable strict) {
    var names = Set.of("acc50", "acc75", "acc90", "macc");
    assertThat(expected.properties())
        .extracting(Map.Entry::getKey)
        .containsExactlyInAnyOrderElementsOf(names);
    for (var name : names) {
      compare(where, expected.get(name), strict.numbers().get("class." + name), EXACT);
    }
  }

  private static void compare(String where, JsonNode expected, @Nullable Double got) {
    compare(where, expected, got, TOLERANCE);
  }

  /** Null stands for what is not defined, which is NaN or null here. */
  private static void compare(
      String where, JsonNode expected, @Nullable Double got, double tolerance) {
    if (expected.isNull()) {
      assertThat(got == null || got.isNaN()).as(where + " " + got).isTrue();
    } else {
      assertThat(got).as(where).isNotNull().isCloseTo(expected.asDouble(), within(tolerance));
    }
  }

  private static @Nullable PixelBox predicted(JsonNode sample, String treatment) {
    if (sample.get("pred").isNull()) {
      return null;
    }
    double width = sample.get("width").asDouble();
    double height = sample.get("height").asDouble();
    UnaryOperator<PixelBox> treat =
        switch (treatment) {
          case "as_is" -> box -> box;
          case "sorted" -> PixelBox::sorted;
          case "sorted_clipped" -> box -> box.sorted().clipped(width, height);
          default -> throw new IllegalArgumentException(treatment);
        };
    return treat.apply(box(sample.get("pred")));
  }

  private static PixelBox box(JsonNode corners) {
    return new PixelBox(
        corners.get(0).asDouble(),
        corners.get(1).asDouble(),
        corners.get(2).asDouble(),
        corners.get(3).asDouble());
  }

  private static PixelBox box(double[] corners) {
    return new PixelBox(corners[0], corners[1], corners[2], corners[3]);
  }
}
