package ai.echogen.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import ai.echogen.config.Reference;
import ai.echogen.jobs.cli.JobRunner;
import ai.echogen.storage.LocalFiles;
import ai.echogen.torch.safetensors.SafetensorsModel;
import ai.echogen.torch.safetensors.SafetensorsWriter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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

  @Test
  void weightsThatAreNoNumbersAreRefused() throws IOException {
    var adapter = Files.createDirectory(temp.resolve("adapter"));
    for (var name : List.of("adapter_config.json", "adapter_model.safetensors")) {
      Files.copy(ADAPTERS.resolve("layers").resolve(name), adapter.resolve(name));
    }
    var file = adapter.resolve("adapter_model.safetensors");
    var bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putFloat(bytes.limit() - 4, Float.NaN);
    Files.write(file, bytes.array());

    assertThat(convert(adapter)).isEqualTo(2);
    assertThat(said()).contains("has values that are infinite or no numbers");
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
        "r | false",
        "r | null",
        "r | {}",
        "lora_alpha | false",
        "lora_alpha | \"\"",
        "lora_alpha | null",
        "lora_alpha | 0",
        "lora_alpha | -8",
        "rank_pattern | {\"v_proj\": null}",
        "rank_pattern | {\"v_proj\": false}",
        "rank_pattern | false",
        "alpha_pattern | {\"v_proj\": null}",
        "alpha_pattern | {\"v_proj\": false}",
        "alpha_pattern | {\"v_proj\": 0}",
        "target_modules | {\"v_proj\": 1}",
        "layers_to_transform | false",
        "layers_to_transform | [99999999999]",
        "layers_pattern | 5",
        "layers_pattern | {\"a\": \"layers\"}",
        "layers_pattern | \"(?<idx>layers)\"",
        "layers_pattern | \"(?x)layers #\"",
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
        "target_modules | [\"model.language_model.layers.0.self_attn.q_proj\", \"q_proj\","
            + " \"v_proj\"]",
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

  @ParameterizedTest
  @ValueSource(
      strings = {
        ".*.*.*.*.*.*.*.*.*.*z", // goes back through every way to part the name
        ".*(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)z",
        ".*(x?)?(x?)?(x?)?(x?)?(x?)?(x?)?(x?)?(x?)?(x?)?(x?)?(x?)?(x?)?(x?)?(x?)?(x?)?(x?)?z",
        ".*((((){1000}){1000}){1000}){1000}",
      })
  void aPatternThatTakesForEverIsRefused(String pattern) throws IOException {
    var texts = JSON.createObjectNode().put("text", pattern).put("key", 8);
    for (var field : List.of("target_modules", "exclude_modules", "alpha_pattern")) {
      var value =
          field.equals("alpha_pattern")
              ? JSON.createObjectNode().set(pattern, texts.get("key"))
              : texts.get("text");
      var adapter = changed("alpha-pattern", field, value.toString());

      assertTimeoutPreemptively(
          Duration.ofSeconds(60), () -> assertThat(convert(adapter)).as(this::said).isEqualTo(2));

      assertThat(said()).contains("adapter_config.json", field, "take");
      console.reset();
      LocalFiles.delete(adapter);
    }
  }

  @Test
  void patternsThatPeopleWriteAreNoneOfThese() throws IOException {
    var pattern =
        "(?!.*vision)(?:.*?(?:language|text).*?(?:self_attn|mlp).*?(?:q_proj|k_proj|v_proj).*?)"
            + "|(?:model\\.layers\\.[\\d]{1,}\\.(?:self_attn|mlp)\\.(?:(?:q_proj|k_proj)))";
    var value = JSON.getNodeFactory().textNode(pattern).toString();

    assertThat(convert(changed("alpha-pattern", "target_modules", value))).as(this::said).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "200000 | (a.b)* | letters, more than 1000",
        "900 | (a{1,2})* | target_modules", // a name of this length fits, and has no match
      })
  void aLongNameOfAModuleOverflowsNoStack(int length, String pattern, String said)
      throws IOException {
    var module = "a".repeat(length);
    var adapter = adapterOf(module, "target_modules", pattern.replace("a.b", "a|b") + "z");

    assertThat(convert(adapter)).isEqualTo(2);

    assertThat(said()).contains(said).hasSizeLessThan(5000);
  }

  @ParameterizedTest
  @CsvSource({
    "model.layers.99999999999.q_proj, layers, by layers_to_transform it is not adapted",
    "model.layers.0.q_proj, model|layers, finds no number of a layer in model.layers.0.q_proj",
  })
  void aNumberOfALayerIsReadOrRefused(String module, String pattern, String said)
      throws IOException {
    var adapter = adapterOf(module, "layers_pattern", pattern);

    assertThat(convert(adapter)).isEqualTo(2);

    assertThat(said()).contains(said);
  }

  @Test
  void aConfigurationThatIsNoFileIsRefusedByName() throws IOException {
    var adapter = changed("alpha-pattern", "r", "4");
    var config = adapter.resolve("adapter_config.json");
    Files.delete(config);
    Files.createDirectory(config);

    assertThat(convert(adapter)).isEqualTo(2);

    assertThat(said()).contains(config + ": must be a regular file, is a directory");
  }

  /** An adapter of rank 1 of one module, whose configuration has one field more. */
  private Path adapterOf(String module, String field, String value) throws IOException {
    var adapter = Files.createDirectory(temp.resolve("adapter"));
    var writer = new SafetensorsWriter();
    for (var half : List.of("A", "B")) {
      writer.add(
          "base_model.model." + module + ".lora_" + half + ".weight",
          List.of(1L, 1L),
          () -> FloatBuffer.allocate(1));
    }
    writer.write(adapter.resolve("adapter_model.safetensors"));
    var config = JSON.createObjectNode().put("peft_type", "LORA").put("r", 1).put(field, value);
    if (field.equals("layers_pattern")) {
      config.putArray("target_modules").add("q_proj");
      config.putArray("layers_to_transform").add(0);
    }
    Files.writeString(adapter.resolve("adapter_config.json"), config.toPrettyString());
    return adapter;
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
