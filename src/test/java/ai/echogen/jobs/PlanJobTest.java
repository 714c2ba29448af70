package ai.echogen.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.config.Reference;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.model.TinyModel;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanJobTest {
  private static final String JANUS = "conf/model/janus-pro-1b.conf";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  @TempDir private Path temp;

  @Test
  void janusOnEightExecutorsIsPlannedWithTheFileOfItsSizes() throws IOException {
    assertThat(
            run(
                "--config",
                JANUS,
                "executors=8",
                "network=10GbE",
                "vocabulary=102400",
                "locationBins=0",
                "out=" + temp.resolve("plan")))
        .as(this::said)
        .isZero();
    assertThat(said())
        .contains("trained", "1,694,769,152", "NVIDIA H100 SXM", "not measured on GPUs")
        .contains("576 codes of 16,384")
        .contains("wrote ", "plan.json");
    var plan = plan();
    assertThat(plan.at("/parameters/trained").asLong()).isEqualTo(1_694_769_152L);
    assertThat(plan.at("/origin/job").asText()).isEqualTo("plan");
    var row = plan.at("/executors/0");
    assertThat(row.at("/working").asInt()).isEqualTo(8);
    assertThat(row.at("/synchronous/float32/bytes_all").asLong())
        .isEqualTo(2L * 7 * 4 * 1_694_769_152L);
    assertThat(row.at("/synchronous/bfloat16/bytes_all").asLong())
        .isEqualTo(7L * 4 * 1_694_769_152L);
    assertThat(row.at("/synchronous/memory/moments").asLong()).isEqualTo(8 * 1_694_769_152L);
    assertThat(row.at("/choose/keys").asText()).startsWith("train.exchange.");
  }

  @Test
  void aSweepHasARowForEachNumberOfExecutors() throws IOException {
    assertThat(run("executors=[1,2,4]", "gpusPerExecutor=0", "out=" + temp.resolve("plan")))
        .as(this::said)
        .isZero();
    var rows = plan().at("/executors");
    assertThat(rows).extracting(row -> row.get("executors").asInt()).containsExactly(1, 2, 4);
    assertThat(rows.get(0).at("/synchronous/float32/bytes_all").asLong()).isZero();
    assertThat(rows.get(2).at("/gradient_seconds").asDouble())
        .isLessThan(rows.get(0).at("/gradient_seconds").asDouble());
    assertThat(
            said()
                .lines()
                .filter(line -> line.matches("(1 executor: nothing|[24] executors: train).*")))
        .hasSize(3);
    assertThat(said()).contains("not known").doesNotContain("not measured on GPUs");
  }

  @Test
  void aDirectorysSizesAreTaken() throws IOException {
    TinyModel.write(temp.resolve("model"), List.of("a red dog"));
    assertThat(
            run(
                "init=" + temp.resolve("model"),
                "stage=djo",
                "lora.rank=4",
                "out=" + temp.resolve("plan")))
        .as(this::said)
        .isZero();
    assertThat(said()).containsPattern("transformer .* init").containsPattern("picture .* init");
    assertThat(said()).contains("memory of DJO was compared with one step");
    var parameters = plan().at("/parameters");
    assertThat(parameters.has("VQ tokenizer")).isTrue();
    assertThat(parameters.get("trained").asLong())
        .isLessThan(parameters.get("language model").asLong());
  }

  @Test
  void cycleRlIsDrawings() {
    assertThat(run("stage=cycle-rl", "--config", JANUS, "precision=bf16")).as(this::said).isZero();
    assertThat(said())
        .containsPattern("drawings of a step +256")
        .containsPattern("image tokens drawn for a step +147,456")
        .contains("not counted: ");
  }

  @Test
  void whereItDoesNotFitTheWaysOutAreListed() {
    assertThat(run("--config", JANUS, "memory=24g")).as(this::said).isZero();
    assertThat(said())
        .containsPattern("does not fit: .* what changes it:")
        .containsPattern("lora.rank=16: .* GB, ");
  }

  @Test
  void allBadKeysAreListedAtOnce() {
    assertThat(
            run(
                "executors=0",
                "gpusPerExecutor=2",
                "memory=much",
                "network=fast",
                "flops=h300",
                "reserve=2",
                "train.batch=4",
                "train.microShards=8",
                "texts.regions=11",
                "samples=0",
                "speed=1"))
        .isEqualTo(2);
    assertThat(said())
        .contains("executors must be 1 to 100,000, or a list")
        .contains("gpusPerExecutor must be 1, or 0 for processors, got 2: training computes on one")
        .contains("memory must be a size such as 80g or 512m, got \"much\"")
        .contains("network must be a speed such as 10GbE")
        .contains("flops must be FLOPs a second")
        .contains("did you mean h100?")
        .contains("reserve must be in [0, 1), got 2.0")
        .contains("train.microShards must be in [1, batch = 4], got 8")
        .contains("texts.regions must be 0 to 10, got 11")
        .contains("samples must be > 0, got 0")
        .contains("speed is not a key");
  }

  @Test
  void whatIsImpossibleTogetherIsNamed() {
    assertThat(run("gpusPerExecutor=0", "flops=h100", "tf32=true", "efficiency=0.5")).isEqualTo(2);
    assertThat(said())
        .contains("flops names a GPU, and gpusPerExecutor is 0")
        .contains("tf32 is for GPUs")
        .contains("efficiency is a share of a card's peak");
    out.reset();
    assertThat(
            run(
                "model.maxPositions=600",
                "locationBins=0",
                "images.codes=576",
                "executors=[2,3]",
                "train.exchange.workers=2"))
        .isEqualTo(2);
    assertThat(said())
        .contains("model.maxPositions = 600: a picture of 576 codes and the text of ten regions")
        .contains(
            "train.exchange.workers = 2: does not divide the 3 micro-shards that 3 executors");
  }

  @Test
  void aDryRunWritesNothingAndAPlanIsNotOverwritten() throws IOException {
    var to = "out=" + temp.resolve("plan");
    assertThat(run("--dry-run", to)).as(this::said).isZero();
    assertThat(said()).contains("computes a plan for ", "nothing is trained");
    assertThat(temp.resolve("plan")).doesNotExist();
    assertThat(run(to)).as(this::said).isZero();
    var before = Files.readString(temp.resolve("plan/plan.json"));
    assertThat(run(to, "executors=2")).isEqualTo(2);
    assertThat(said()).contains("plan.json: is there already; give another out");
    assertThat(temp.resolve("plan/plan.json")).hasContent(before);
  }

  @Test
  void noSparkIsStarted() {
    var before = System.setProperty("spark.master", "none://that.can.be.reached");
    try {
      assertThat(run("executors=4")).as(this::said).isZero();
    } finally {
      if (before == null) {
        System.clearProperty("spark.master");
      } else {
        System.setProperty("spark.master", before);
      }
    }
  }

  private JsonNode plan() throws IOException {
    return new ObjectMapper().readTree(temp.resolve("plan/plan.json").toFile());
  }

  private int run(String... args) {
    var print = new PrintStream(out, true, StandardCharsets.UTF_8);
    return new JobRunner(Reference.builtIn(), print, print).run(new PlanJob(), List.of(args));
  }

  private String said() {
    return out.toString(StandardCharsets.UTF_8);
  }
}
