package ai.echogen.perf;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.config.Reference;
import ai.echogen.data.LocalSpark;
import ai.echogen.jobs.cli.Job;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.model.directory.JanusConfig;
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

/** The benchmarks that make up a model of given sizes. */
class BenchModelJobsTest {
  private static final List<String> TINY =
      List.of(
          "sizes.model.hidden=32",
          "sizes.model.intermediate=48",
          "sizes.model.layers=2",
          "sizes.model.heads=2",
          "sizes.model.keyValueHeads=2",
          "sizes.model.headWidth=16",
          "sizes.vq.numPatches=4",
          "sizes.vision.imageSize=32",
          "sizes.vocabulary=500",
          "threads=1");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  @TempDir private Path temp;

  @Test
  void drawingIsMeasuredWithAModelThatOtherSoftwareCanOpen() throws IOException {
    var model = temp.resolve("model");
    var prompts = temp.resolve("prompts.json");
    run(
        new BenchGenerateJob(),
        List.of(
            "batch=4",
            "guidance=3",
            "warmup=1",
            "repeats=2",
            "modelTo=" + model,
            "promptsTo=" + prompts));
    var result = lastLine();
    assertThat(result.get("tokens_per_image").asInt()).isEqualTo(16);
    double images = result.get("images_per_s").asDouble();
    assertThat(result.get("tokens_per_s").asDouble()).isBetween(15 * images, 17 * images);
    var config = JanusConfig.read(model);
    assertThat(config.extras()).isEmpty();
    assertThat(config.vision()).isPresent();
    assertThat(config.vocabulary()).isEqualTo(500);
    var drawn = new ObjectMapper().readTree(prompts.toFile()).get("prompts");
    assertThat(drawn).hasSize(8); // with and without guidance
    assertThat(drawn.get(0).get("codes")).hasSize(16);

    run(new BenchGenerateJob(), List.of("batch=4", "model=" + model, "warmup=0", "repeats=1"));
    assertThat(lastLine().get("parameters")).isEqualTo(result.get("parameters"));
  }

  @Test
  void aStepOfTheWholeModelAndOneOfAnAdapterAreMeasured() throws IOException {
    run(new BenchStepJob(), List.of("optim.method=sgd", "steps=2"));
    var whole = lastLine();
    assertThat(whole.get("trained")).isEqualTo(whole.get("parameters"));
    assertThat(whole.get("weights_moved").asBoolean()).isTrue();
    assertThat(whole.get("computed_memory_gb").asDouble()).isBetween(0.43, 0.5);

    run(new BenchStepJob(), List.of("lora.rank=2"));
    var adapter = lastLine();
    assertThat(adapter.get("parameters")).isEqualTo(whole.get("parameters"));
    assertThat(adapter.get("trained").asLong()).isLessThan(whole.get("trained").asLong() / 5);
    assertThat(adapter.get("weights_moved").asBoolean()).isTrue();
  }

  @Test
  void aStepOfDjoIsMeasured() throws IOException {
    run(new BenchStepJob(), List.of("stage=djo", "lora.rank=2", "djo.rowsAtOnce=8"));
    assertThat(lastLine().get("weights_moved").asBoolean()).isTrue();
    assertThat(lastLine().has("computed_memory_gb")).isFalse();
  }

  @Test
  void roundsAreMeasuredRoundByRound() throws IOException {
    run(
        new BenchStepJob(),
        List.of(
            "batch=4",
            "microShards=4",
            "steps=4",
            "exchange.mode=rounds",
            "exchange.innerSteps=2"));
    assertThat(lastLine().get("weights_moved").asBoolean()).isTrue();
  }

  private void run(Job<?> job, List<String> more) {
    var args = new ArrayList<>(TINY);
    args.addAll(more);
    LocalSpark.session(); // the job joins this session and, when it ends, stops it
    var print = new PrintStream(out, true, StandardCharsets.UTF_8);
    assertThat(new JobRunner(Reference.builtIn(), print, print).run(job, args))
        .as(() -> out.toString(StandardCharsets.UTF_8))
        .isZero();
  }

  private JsonNode lastLine() throws IOException {
    var lines = out.toString(StandardCharsets.UTF_8).lines().toList();
    return new ObjectMapper().readTree(lines.get(lines.size() - 1));
  }
}
