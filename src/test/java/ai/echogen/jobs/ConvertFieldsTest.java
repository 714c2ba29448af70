package ai.echogen.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.config.Reference;
import ai.echogen.jobs.cli.JobRunner;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
      })
  void theSameHoldsForTheOriginalLayout(String field, String value) throws IOException {
    assertThat(run("model=" + CHECKPOINT, "out=" + temp.resolve("original"), "to=janus")).isZero();
    var model = TinyCheckpoint.read(temp.resolve("original"));
    ((ObjectNode) model.config.get("language_config")).set(field, JSON.readTree(value));
    model.write(temp.resolve("model"), 1 << 30);

    assertThat(run("model=" + temp.resolve("model"), "out=" + temp.resolve("out"))).isEqualTo(2);

    assertThat(said()).contains("language_config." + field);
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

  private int run(String... words) {
    var stream = new PrintStream(console, true, StandardCharsets.UTF_8);
    return new JobRunner(Reference.builtIn(), stream, stream)
        .run(new ConvertJob(), Arrays.asList(words));
  }

  private String said() {
    return console.toString(StandardCharsets.UTF_8);
  }
}
