package ai.echogen.perf;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.config.Reference;
import ai.echogen.data.LocalSpark;
import ai.echogen.jobs.cli.JobRunner;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchTrainJobTest {
  private static final List<String> TINY =
      List.of(
          "model.hidden=32",
          "model.intermediate=48",
          "model.layers=2",
          "model.heads=2",
          "model.keyValueHeads=2",
          "model.headWidth=16",
          "batch=4",
          "steps=3",
          "warmup=1",
          "repeats=2");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  @TempDir private Path temp;

  @Test
  void lastLineSaysInJsonHowFastTheTrainingStepIs() throws IOException {
    assertThat(bench()).as(this::errors).isZero();

    var result = lastLine();
    assertThat(result.get("what").asText()).isEqualTo("train");
    assertThat(result.get("form").asText()).isEqualTo("layered");
    assertThat(result.get("parameters").asLong()).isPositive();
    assertThat(result.get("batch").asInt()).isEqualTo(4);
    assertThat(result.get("micro_shards").asInt()).isEqualTo(2);
    assertThat(result.get("tasks").asInt()).isEqualTo(2);
    assertThat(result.get("threads").asInt()).isEqualTo(1);
    assertThat(result.get("steps").asInt()).isEqualTo(3);
    double samples = result.get("samples_per_s").asDouble();
    assertThat(result.get("tokens_per_s").asDouble()).isBetween(80 * samples, 160 * samples);
    assertThat(result.get("ms_per_step").asDouble()).isPositive();
  }

  @Test
  void oneSeedIsOneSetOfSamplesAndWeights() throws IOException {
    assertThat(bench("samplesTo=" + temp.resolve("a"))).as(this::errors).isZero();
    var first = lastLine();
    assertThat(bench("samplesTo=" + temp.resolve("b"))).as(this::errors).isZero();

    assertThat(lastLine().get("weights_sha256")).isEqualTo(first.get("weights_sha256"));
    assertThat(temp.resolve("a")).hasSameTextualContentAs(temp.resolve("b"));
    var lines = Files.readAllLines(temp.resolve("a"));
    assertThat(lines).hasSize(12);
    var sample = new ObjectMapper().readTree(lines.get(0));
    assertThat(sample.get("codes")).hasSize(64);
    assertThat(sample.get("question").size()).isEqualTo(sample.get("targets").size());
  }

  @Test
  void moreMicroShardsThanSamplesAreRefused() {
    assertThat(bench("microShards=5")).isEqualTo(2);
    assertThat(errors()).contains("microShards must be in [1, batch = 4], got 5");
  }

  private int bench(String... more) {
    var args = new ArrayList<>(List.of(more));
    args.addAll(0, TINY);
    LocalSpark.session(); // the job joins this session and, when it ends, stops it
    return new JobRunner(Reference.builtIn(), print(out), print(err))
        .run(new BenchTrainJob(), args);
  }

  private JsonNode lastLine() throws IOException {
    var lines = out.toString(StandardCharsets.UTF_8).lines().toList();
    return new ObjectMapper().readTree(lines.get(lines.size() - 1));
  }

  private String errors() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private static PrintStream print(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }
}
