package ai.echogen.model.convert;

import ai.echogen.torch.safetensors.SafetensorsType;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a checkpoint's weights are kept in, as {@code config.json} names it. */
public enum WeightType {
  FLOAT32(SafetensorsType.F32),
  BFLOAT16(SafetensorsType.BF16),
  FLOAT16(SafetensorsType.F16);

  private static final List<String> FIELDS = List.of("dtype", "torch_dtype");

  private final SafetensorsType stored;

  WeightType(SafetensorsType stored) {
    this.stored = stored;
  }

  /** The name in configuration files. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  SafetensorsType stored() {
    return stored;
  }

  /** The type that a {@code config.json} declares, at its top or in its text model's section. */
  static Optional<WeightType> declared(JsonNode config) {
    for (var section :
        List.of(config, config.path("text_config"), config.path("language_config"))) {
      for (var field : FIELDS) {
        var type =
            Arrays.stream(values())
                .filter(value -> value.key().equals(section.path(field).asText()))
                .findFirst();
        if (type.isPresent()) {
          return type;
        }
      }
    }
    return Optional.empty();
  }
}
