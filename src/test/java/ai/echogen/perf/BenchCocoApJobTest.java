package ai.echogen.perf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.config.Reference;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.scoring.metrics.AveragePrecision;
import ai.echogen.scoring.metrics.AveragePrecision.Classes;
import ai.echogen.scoring.metrics.AveragePrecision.Found;
import ai.echogen.scoring.metrics.AveragePrecision.Truth;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchCocoApJobTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  @TempDir private Path temp;

  @Test
  void lastLineHasTheNumbersOfTheBoxesInTheFolder() throws IOException {
    assertThat(bench("folder=" + temp)).as(this::errors).isZero();

    var lines = out.toString(StandardCharsets.UTF_8).strip().lines().toList();
    var result = JSON.readTree(lines.get(lines.size() - 1));
    assertThat(result.get("what").asText()).isEqualTo("coco-ap");
    assertThat(result.get("seconds")).hasSize(2);
    var truth = JSON.readTree(temp.resolve("truth.json").toFile());
    var found = JSON.readTree(temp.resolve("found.json").toFile());
    assertThat(truth.get("images")).hasSize(6);
    assertThat(truth.get("categories")).hasSize(2);
    assertThat(truth.get("annotations")).hasSize(30);
    assertThat(found).hasSize(90);
    var again =
        AveragePrecision.of(List.of(1, 2), truths(truth), found(found), Classes.SEPARATE).stats();
    assertThat(again.get("ap")).isPositive();
    again.forEach(
        (name, value) ->
            assertThat(result.get("stats").get(name).asDouble())
                .as(name)
                .isCloseTo(value, within(1e-12)));
  }

  @Test
  void refusesFewerTruthsThanImages() {
    assertThat(bench("truths=5")).isEqualTo(2);
    assertThat(errors()).contains("truths must be >= images = 6, got 5");
  }

  private static List<Truth> truths(JsonNode root) {
    var truths = new ArrayList<Truth>();
    for (var a : root.get("annotations")) {
      var box = a.get("bbox");
      truths.add(
          new Truth(
              a.get("image_id").asLong(),
              a.get("category_id").asInt(),
              box.get(0).asDouble(),
              box.get(1).asDouble(),
              box.get(2).asDouble(),
              box.get(3).asDouble(),
              a.get("area").asDouble(),
              a.get("iscrowd").asInt() == 1));
    }
    return truths;
  }

  private static List<Found> found(JsonNode results) {
    var found = new ArrayList<Found>();
    for (var r : results) {
      var box = r.get("bbox");
      found.add(
          new Found(
              r.get("image_id").asLong(),
              r.get("category_id").asInt(),
              box.get(0).asDouble(),
              box.get(1).asDouble(),
              box.get(2).asDouble(),
              box.get(3).asDouble(),
              r.get("score").asDouble()));
    }
    return found;
  }

  private int bench(String... more) {
    var args =
        new ArrayList<>(
            List.of(
                "images=6", "truths=30", "detections=90", "categories=2", "warmup=0", "repeats=2"));
    args.addAll(List.of(more));
    return new JobRunner(Reference.builtIn(), print(out), print(err))
        .run(new BenchCocoApJob(), args);
  }

  private String errors() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private static PrintStream print(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }
}
