package ai.echogen.model.directory;

import ai.echogen.model.decoder.LoraConfig;
import ai.echogen.model.decoder.LoraParameters;
import ai.echogen.torch.safetensors.SafetensorsWriter;
import ai.echogen.torch.weights.Weights;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

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
}
