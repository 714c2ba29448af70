package ai.echogen.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import ai.echogen.config.Reference;
import ai.echogen.jobs.cli.JobRunner;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Fields of {@code config.json} that change what a model computes. */
class ConvertFieldsTest {
  private static final Path CHECKPOINT = Path.of("src/test/resources/fixtures/janus-tiny");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ByteArrayOutputStream console = new ByteArrayOutputStream();
  @TempDir private Path temp;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "text_config | model_type | \"qwen2\"",
        "text_config | hidden_act | \"gelu\"",
        "text_config | attention_bias | true",
        "text_config | mlp_bias | true",
        "text_config | partial_rotary_factor | 0.5",
        "text_config | sliding_window | 128",
        "text_config | use_sliding_window | true",
        "text_config | layer_types | [\"full_attention\", \"sliding_attention\"]",
        "text_config | rope_scaling | {\"type\": \"linear\", \"factor\": 2.0}",
        "text_config | rope_scaling | {\"rope_type\": \"yarn\", \"factor\": 4.0}",
        "text_config | rope_scaling | 2",
        "text_config | rope_parameters | {\"rope_type\": \"llama3\", \"factor\": 8.0}",
        "text_config | rope_parameters | {\"rope_theta\": 10000.0, \"partial_rotary_factor\": 0.5}",
        "text_config | rope_parameters | {\"full_attention\": {\"rope_type\": \"default\"}}",
        "text_config | quantization_config | {\"bits\": 4}",
        "text_config | head_dim | \"wide\"",
        "text_config | rms_norm_eps | \"small\"",
        "text_config | head_dim | 32",
        "vision_config | hidden_act | \"relu\"",
        "vision_config | use_qk_norm | true",
        "vision_config | attention_bias | \"no\"",
        "vision_config | image_size | [32, 32]",
        "vq_config | hidden_act | \"relu\"",
        "vq_config | double_latent | true",
        "vq_config | channel_multiplier | {\"0\": 1}",
        "vq_config | channel_multiplier | []",
        "vq_config | channel_multiplier | [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]",
        "vq_config | channel_multiplier | [1, \"2\"]",
        "vq_config | channel_multiplier | 2",
        "vq_config | channel_multiplier | null",
        "vq_config | num_res_blocks | 101",
        " | model_type | \"llava\"",
        " | quantization_config | {\"bits\": 4}",
      })
  void whatIsNotComputedHereIsRefusedByName(String section, String field, String value)
      throws IOException {
    var model = TinyCheckpoint.read(CHECKPOINT);
    var node = section == null ? model.config : (ObjectNode) model.config.get(section);
    node.set(field, JSON.readTree(value));
    model.write(temp.resolve("model"), 1 << 30);

    assertThat(run("model=" + temp.resolve("model"), "out=" + temp.resolve("out"))).isEqualTo(2);

    var name = (section == null ? "" : section + ".") + field;
    assertThat(said()).contains(field.equals("head_dim") && value.equals("32") ? "q_proj" : name);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hidden_act | \"gelu\"",
        "attention_bias | true",
        "rope_scaling | {\"type\": \"linear\", \"factor\": 2.0}",
        "sliding_window | 128",
        "model_type | \"qwen2\"",
        "rope_theta | \"abc\"",
        "rope_parameters | {\"rope_theta\": \"5e5\"}",
        "head_dim | 3",
      })
  void theSameHoldsForTheOriginalLayout(String field, String value) throws IOException {
    assertThat(run("model=" + CHECKPOINT, "out=" + temp.resolve("original"), "to=janus")).isZero();
    var model = TinyCheckpoint.read(temp.resolve("original"));
    ((ObjectNode) model.config.get("language_config")).set(field, JSON.readTree(value));
    model.write(temp.resolve("model"), 1 << 30);

    assertThat(run("model=" + temp.resolve("model"), "out=" + temp.resolve("out"))).isEqualTo(2);

    assertThat(said()).contains("language_config." + field);
  }

  /** Where transformers writes the base of the rotary frequencies now, and where it did. */
  @ParameterizedTest
  @CsvSource({"rope_parameters", "rope_scaling"})
  void theBaseOfTheOriginalLayoutIsReadWhereverItStands(String section) throws IOException {
    assertThat(run("model=" + CHECKPOINT, "out=" + temp.resolve("original"), "to=janus")).isZero();
    var model = TinyCheckpoint.read(temp.resolve("original"));
    var language = (ObjectNode) model.config.get("language_config");
    language.remove(List.of("rope_theta", "rope_parameters", "rope_scaling"));
    language.putObject(section).put("rope_type", "default").put("rope_theta", 5e5);
    model.write(temp.resolve("model"), 1 << 30);

    assertThat(run("model=" + temp.resolve("model"), "out=" + temp.resolve("out"))).isZero();

    var written = JSON.readTree(temp.resolve("out/config.json").toFile());
    assertThat(written.at("/text_config/rope_parameters/rope_theta").asDouble()).isEqualTo(5e5);
  }

  @ParameterizedTest
  @CsvSource({"quantization_config", "vision_config.params.pixel_mean"})
  void whatWouldChangeAModelAndIsNotReadIsRefused(String field) throws IOException {
    assertThat(run("model=" + CHECKPOINT, "out=" + temp.resolve("original"), "to=janus")).isZero();
    var model = TinyCheckpoint.read(temp.resolve("original"));
    var parts = field.split("\\.");
    ObjectNode section = model.config;
    for (int i = 0; i < parts.length - 1; i++) {
      section = (ObjectNode) section.get(parts[i]);
    }
    section.putArray(parts[parts.length - 1]).add(0.5);
    model.write(temp.resolve("model"), 1 << 30);

    assertThat(run("model=" + temp.resolve("model"), "out=" + temp.resolve("out"))).isEqualTo(2);
    assertThat(said()).contains(field + " must not be there, got [0.5]");
  }

  @Test
  void whatSaysNothingNewIsTakenAndWhatNobodyKnowsIsNamed() throws IOException {
    var model = TinyCheckpoint.read(CHECKPOINT);
    var text = (ObjectNode) model.config.get("text_config");
    text.putNull("rope_scaling").putNull("sliding_window").putNull("head_dim");
    text.put("partial_rotary_factor", 1.0).put("top_k", 50).put("logit_softcap", 30.0);
    text.put("_attn_implementation_autoset", true).put("use_sliding_window", false);
    model.write(temp.resolve("model"), 1 << 30);

    assertThat(run("model=" + temp.resolve("model"), "out=" + temp.resolve("out"))).isZero();

    assertThat(said())
        .contains(
            "config.json: not read, and without meaning for a Llama: text_config.logit_softcap\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{bad | is not valid JSON",
        "[1] | must be a JSON object",
        "{\"added_tokens\": 1} | added_tokens must be a list",
        "{\"added_tokens\": [TOKEN, \"id\": \"x\"}]} | added_tokens[0].id must be a whole number",
        "{\"added_tokens\": [TOKEN, \"id\": -7}]} | added_tokens[0].id must be a whole number",
        "{\"added_tokens\": [TOKEN, \"id\": 9e30}]} | added_tokens[0].id must be a whole number",
        "{\"added_tokens\": [TOKEN}]} | missing added_tokens[0].id",
        "{\"added_tokens\": [TOKEN, \"id\": 5}]} more | is not valid JSON",
      })
  void theIdOfAnImageIsReadStrictly(String tokenizer, String said) throws IOException {
    var model = TinyCheckpoint.read(CHECKPOINT);
    model.config.remove("image_token_id");
    var directory = model.write(temp.resolve("model"), 1 << 30);
    Files.writeString(
        directory.resolve("tokenizer.json"),
        tokenizer.replace("TOKEN", "{\"content\": \"<image_placeholder>\""));

    assertThat(run("model=" + directory, "out=" + temp.resolve("out"), "to=transformers"))
        .isEqualTo(2);

    assertThat(said()).contains(directory.resolve("tokenizer.json") + ": ").contains(said);
    assertThat(temp.resolve("out")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"directory", "device", "large", "pipe"})
  void whatHasNoEndIsNotReadWhole(String kind) throws Exception {
    var directory = TinyCheckpoint.read(CHECKPOINT).write(temp.resolve("model"), 1 << 30);
    var config = directory.resolve("config.json");
    Files.delete(config);
    switch (kind) {
      case "directory" -> Files.createDirectory(config);
      case "device" -> Files.createSymbolicLink(config, Path.of("/dev/zero"));
      case "pipe" ->
          assertThat(new ProcessBuilder("mkfifo", config.toString()).start().waitFor()).isZero();
      default -> {
        try (var file = new RandomAccessFile(config.toFile(), "rw")) {
          file.setLength(3L << 30); // sparse
        }
      }
    }

    assertTimeoutPreemptively(
        Duration.ofSeconds(30),
        () -> assertThat(run("model=" + directory, "out=" + temp.resolve("out"))).isEqualTo(2));

    assertThat(said())
        .contains(
            config
                + (kind.equals("large")
                    ? ": must have at most 64,000,000 bytes"
                    : ": must be a regular file"));
  }

  private int run(String... words) {
    var stream = new PrintStream(console, true, StandardCharsets.UTF_8);
    return new JobRunner(Reference.builtIn(), stream, stream)
        .run(new ConvertJob(), Arrays.asList(words));
  }

  private String said() {
    return console.toString(StandardCharsets.UTF_8);
  }
}
