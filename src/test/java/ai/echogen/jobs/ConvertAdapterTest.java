package ai.echogen.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.config.Reference;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.torch.safetensors.SafetensorsModel;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Adapters that PEFT wrote, merged as PEFT merges them or refused. */
class ConvertAdapterTest {
  private static final Path BASE = Path.of("src/test/resources/fixtures/janus-tiny");
  private static final Path ADAPTERS = Path.of("src/test/resources/fixtures/lora");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ByteArrayOutputStream console = new ByteArrayOutputStream();
  @TempDir private Path temp;

  @ParameterizedTest
  @ValueSource(strings = {"alpha-pattern", "patterns", "layers"})
  void theMergedMatricesAreThoseOfPeft(String name) throws IOException {
    assertThat(convert(ADAPTERS.resolve(name))).as(this::said).isZero();

    try (var before = SafetensorsModel.open(BASE);
        var merged = SafetensorsModel.open(temp.resolve("out"));
        var expected =
            SafetensorsModel.ofFile(ADAPTERS.resolve(name).resolve("expected.safetensors"))) {
      assertThat(expected.names()).isNotEmpty();
      for (var tensor : before.names()) {
        var right = expected.has(tensor) ? expected : before;
        assertThat(floats(merged, tensor))
            .as(tensor)
            .containsExactly(floats(right, tensor), within(1e-5f));
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "peft_type | \"LOHA\"",
        "use_dora | true",
        "fan_in_fan_out | true",
        "bias | \"lora_only\"",
        "lora_bias | true",
        "modules_to_save | [\"lm_head\"]",
        "init_lora_weights | \"pissa\"",
        "init_lora_weights | \"pissa_niter_16\"",
        "init_lora_weights | \"olora\"",
        "init_lora_weights | \"corda\"",
        "init_lora_weights | \"loftq\"",
        "init_lora_weights | \"lora_ga\"",
        "exclude_modules | [\"layers.1.self_attn.v_proj\"]",
        "exclude_modules | \".*self_attn\\\\.v_proj\"",
        "layers_to_transform | [1]",
        "layers_to_transform | 0",
        "target_modules | [\"v_proj\"]",
        "target_modules | \".*v_proj\"",
        "layer_replication | [[0, 2], [1, 2]]",
        "trainable_token_indices | [1]",
        "target_parameters | [\"weight\"]",
        "alora_invocation_tokens | [1, 2]",
        "use_qalora | true",
        "megatron_config | {\"a\": 1}",
        "ensure_weight_tying | true",
        "kasa_config | {\"a\": 1}",
        "a_field_of_tomorrow | 0.5",
        "r | \"4\"",
        "r | 5",
        "lora_alpha | \"much\"",
        "use_rslora | \"yes\"",
        "rank_pattern | {\"v_proj\": 2}",
        "rank_pattern | {\"v_proj\": 0}",
        "alpha_pattern | {\"v_proj\": \"8\"}",
        "alpha_pattern | {\"(?P<a>v_proj)\": 8}",
        "alpha_pattern | {\"[a-z&&v]_proj\": 8}",
        "alpha_pattern | [8]",
      })
  void whatChangesTheMeaningIsRefusedByName(String field, String value) throws IOException {
    var adapter = changed("alpha-pattern", field, value);

    assertThat(convert(adapter)).isEqualTo(2);

    var rank = field.equals("r") || field.equals("rank_pattern");
    assertThat(said()).containsPattern(rank ? "rank|\\br " : field);
    assertThat(temp.resolve("out")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "init_lora_weights | \"gaussian\"",
        "init_lora_weights | null",
        "target_modules | \"all-linear\"",
        "target_modules | [\"model.language_model.layers.0.self_attn.q_proj\", \"q_proj\", \"v_proj\"]",
        "exclude_modules | [\"proj\", \"lm_head\"]",
        "lora_dropout | 0.5",
        "modules_to_save | []",
        "layers_pattern | null",
        "loftq_config | {}",
      })
  void whatDoesNotChangeItIsTaken(String field, String value) throws IOException {
    assertThat(convert(changed("alpha-pattern", field, value))).as(this::said).isZero();
  }

  @Test
  void aPatternThatMatchesNothingIsNamed() throws IOException {
    var adapter = changed("alpha-pattern", "alpha_pattern", "{\"layers.7.self_attn.q_proj\": 8}");

    assertThat(convert(adapter)).isZero();

    assertThat(said())
        .contains(
            "merges an adapter of rank 4 into 4 matrices",
            "alpha_pattern: \"layers.7.self_attn.q_proj\" matches no matrix of the adapter");
  }

  private Path changed(String name, String field, String value) throws IOException {
    var adapter = Files.createDirectory(temp.resolve("adapter"));
    var weights = "adapter_model.safetensors";
    Files.copy(ADAPTERS.resolve(name).resolve(weights), adapter.resolve(weights));
    var config =
        (ObjectNode) JSON.readTree(ADAPTERS.resolve(name).resolve("adapter_config.json").toFile());
    config.set(field, JSON.readTree(value));
    Files.writeString(adapter.resolve("adapter_config.json"), config.toPrettyString());
    return adapter;
  }

  private int convert(Path adapter) {
    var stream = new PrintStream(console, true, StandardCharsets.UTF_8);
    return new JobRunner(Reference.builtIn(), stream, stream)
        .run(
            new ConvertJob(),
            List.of("model=" + BASE, "adapter=" + adapter, "out=" + temp.resolve("out")));
  }

  private String said() {
    return console.toString(StandardCharsets.UTF_8);
  }

  private static float[] floats(SafetensorsModel model, String name) throws IOException {
    return model.file(name).floats(name);
  }
}
