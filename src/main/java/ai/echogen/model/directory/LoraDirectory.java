package ai.echogen.model.directory;

import ai.djl.Device;
import ai.echogen.model.decoder.LoraConfig;
import ai.echogen.model.decoder.LoraParameters;
import ai.echogen.torch.safetensors.SafetensorsModel;
import ai.echogen.torch.safetensors.SafetensorsWriter;
import ai.echogen.torch.weights.ParameterLayout;
import ai.echogen.torch.weights.Weights;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * Adapters as PEFT stores them: {@code adapter_config.json} and {@code adapter_model.safetensors},
 * whose tensors {@link LoraParameters} names.
 */
public final class LoraDirectory {
  /** PEFT's name for the configuration. */
  public static final String CONFIG = "adapter_config.json";

  /** PEFT's name for the weights. */
  public static final String WEIGHTS = "adapter_model.safetensors";

  /** {@code target_modules} as a pattern: the vision encoder has layers of the same names. */
  private static final String TARGETS = ".*language_model\\..*\\.(";

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private LoraDirectory() {}

  /**
   * Writes an adapter.
   *
   * @param base name of the model that it adapts
   */
  public static void write(Path directory, LoraConfig lora, Weights adapter, String base)
      throws IOException {
    writeConfig(directory, lora, base);
    var writer = new SafetensorsWriter();
    adapter.addTo(writer);
    writer.write(directory.resolve(WEIGHTS));
  }

  /** Writes all of an adapter but its weights. */
  public static void writeConfig(Path directory, LoraConfig lora, String base) throws IOException {
    Files.createDirectories(directory);
    var root = JSON.createObjectNode();
    root.put("peft_type", "LORA");
    root.putNull("task_type");
    root.put("base_model_name_or_path", base);
    root.put("r", lora.rank());
    root.put("lora_alpha", lora.alpha());
    root.put("lora_dropout", 0.0);
    root.put("bias", "none");
    root.put("fan_in_fan_out", false);
    root.put("use_rslora", false);
    root.put("use_dora", false);
    root.put("inference_mode", true);
    root.put("target_modules", TARGETS + String.join("|", lora.targets()) + ")");
    JSON.writeValue(directory.resolve(CONFIG).toFile(), root);
  }

  /**
   * What an adapter's configuration says.
   *
   * @throws IllegalArgumentException if it is not a plain LoRA of the decoder's linear layers
   */
  public static LoraConfig readConfig(Path directory) throws IOException {
    var file = directory.resolve(CONFIG);
    if (!Files.exists(file)) {
      throw new IllegalArgumentException(directory + " is not an adapter: it has no " + CONFIG);
    }
    JsonNode root = JSON.readTree(file.toFile());
    if (!root.path("peft_type").asText().equals("LORA")
        || root.path("use_rslora").asBoolean()
        || root.path("use_dora").asBoolean()
        || !root.path("bias").asText("none").equals("none")) {
      throw new IllegalArgumentException(
          file + ": must be a plain LORA adapter, without rslora, dora or biases");
    }
    return new LoraConfig(
        root.path("r").asInt(),
        root.path("lora_alpha").asDouble(),
        targets(root.path("target_modules"), file));
  }

  /** Weights of an adapter, in main memory; the caller closes them. */
  public static Weights read(Path directory, ParameterLayout layout) throws IOException {
    try (var weights = SafetensorsModel.ofFile(directory.resolve(WEIGHTS))) {
      return Weights.read(layout, weights, Device.cpu());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(directory + ": " + e.getMessage(), e);
    }
  }

  private static List<String> targets(JsonNode node, Path file) {
    if (node.isArray()) {
      return StreamSupport.stream(node.spliterator(), false).map(JsonNode::asText).toList();
    }
    var pattern = node.asText();
    if (!pattern.startsWith(TARGETS) || !pattern.endsWith(")")) {
      throw new IllegalArgumentException(
          file + ": target_modules must be a list of layers, got " + node);
    }
    return List.of(pattern.substring(TARGETS.length(), pattern.length() - 1).split("\\|"));
  }
}
