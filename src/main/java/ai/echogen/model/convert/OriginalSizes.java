package ai.echogen.model.convert;

import ai.echogen.json.JsonText;
import ai.echogen.model.decoder.AttentionForm;
import ai.echogen.model.decoder.DecoderConfig;
import ai.echogen.model.directory.GroundingFeatures;
import ai.echogen.model.directory.JanusConfig;
import ai.echogen.model.vision.VisionConfig;
import ai.echogen.model.vision.VisionParameters;
import ai.echogen.model.vq.VqConfig;
import ai.echogen.model.vq.VqNetwork;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A model's sizes from an original checkpoint, whose {@code config.json} leaves out most of them:
 * from the shapes of its tensors. Only what no shape shows comes from the configuration (heads,
 * rotary base, epsilon, image size), with the defaults of the original code where it is silent.
 */
final class OriginalSizes {
  /** Vision towers of the original code, {@code siglip_vit.py}; each has 16 heads. */
  static final Set<String> PUBLISHED_TOWERS =
      Set.of("siglip_large_patch16_384", "siglip_so400m_patch14_384");

  static final int PUBLISHED_HEADS = 16;
  static final double NORM_EPSILON = 1e-6; // of the vision tower's layer norms
  static final double RMS_EPSILON = 1e-6; // from here on LlamaConfig's defaults
  static final double ROPE_THETA = 10000;
  static final int MAX_POSITIONS = 2048;

  private static final List<String> ROPE =
      List.of("/rope_parameters/rope_theta", "/rope_scaling/rope_theta");
  private static final String VISION = VisionParameters.ENCODER;
  private static final String VQ = VqNetwork.PREFIX;
  private static final String TEXT = "model.language_model.";

  private final Map<String, NamedTensor> tensors;
  private final JsonNode language;
  private final JsonNode tower;
  private final Set<String> missing = new TreeSet<>();
  private final List<String> problems = new ArrayList<>();

  /**
   * @param tensors by Hugging Face's names
   * @param config the original {@code config.json}
   */
  OriginalSizes(Map<String, NamedTensor> tensors, JsonNode config) {
    this.tensors = tensors;
    this.language = config.path("language_config");
    this.tower = config.at("/vision_config/params");
  }

  /**
   * The sizes; tensors that do not fit them are not looked for here.
   *
   * @throws IllegalArgumentException listing, one a line, what is missing to tell them
   */
  JanusConfig derive() {
    int heads = required("language_config.num_attention_heads", language, "num_attention_heads");
    int towerHeads =
        PUBLISHED_TOWERS.contains(tower.path("model_name").asText())
            ? PUBLISHED_HEADS
            : required("vision_config.params.num_heads", tower, "num_heads");
    var needed =
        List.of(
            TEXT + "norm.weight",
            TEXT + "embed_tokens.weight",
            TEXT + "layers.0.self_attn.q_proj.weight",
            TEXT + "layers.0.self_attn.k_proj.weight",
            TEXT + "layers.0.mlp.gate_proj.weight",
            VISION + "embeddings.patch_embedding.weight",
            VISION + "embeddings.position_embedding.weight",
            VISION + "encoder.layers.0.mlp.fc1.weight",
            VQ + "encoder.conv_in.weight",
            VQ + "encoder.conv_out.weight",
            VQ + "decoder.conv_out.weight",
            VQ + "encoder.down.0.block.0.conv1.weight",
            VQ + "quantize.embedding.weight");
    needed.stream().filter(name -> !tensors.containsKey(name)).forEach(missing::add);
    for (var field : List.of("/rms_norm_eps", "/max_position_embeddings", "/rope_theta")) {
      requireNumber(field);
    }
    ROPE.forEach(this::requireNumber);
    missing.forEach(
        name -> problems.add("missing: " + OriginalNames.original(name) + ", which tells a size"));
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("\n", problems));
    }
    return new JanusConfig(
        Optional.of(decoder(heads)),
        vq(),
        Optional.of(vision(towerHeads)),
        AttentionForm.SEPARATE,
        GroundingFeatures.VQ,
        size(TEXT + "embed_tokens.weight", 0),
        0);
  }

  /** What the original configuration says of sizes, and the tensors contradict. */
  List<String> contradictions(JanusConfig derived) {
    var decoder = derived.decoder().orElseThrow();
    var found = new ArrayList<String>();
    compare("hidden_size", decoder.hidden(), found);
    compare("intermediate_size", decoder.intermediate(), found);
    compare("num_hidden_layers", decoder.layers(), found);
    compare("num_key_value_heads", decoder.keyValueHeads(), found);
    compare("vocab_size", derived.vocabulary(), found);
    compare("head_dim", decoder.headWidth(), found);
    return found;
  }

  private DecoderConfig decoder(int heads) {
    int queries = size(TEXT + "layers.0.self_attn.q_proj.weight", 0);
    int keys = size(TEXT + "layers.0.self_attn.k_proj.weight", 0);
    int headWidth = Math.max(1, queries / heads);
    return new DecoderConfig(
        size(TEXT + "norm.weight", 0),
        size(TEXT + "layers.0.mlp.gate_proj.weight", 0),
        count(TEXT + "layers."),
        heads,
        Math.max(1, keys / headWidth),
        headWidth,
        language.path("rms_norm_eps").asDouble(RMS_EPSILON),
        ropeTheta(),
        language.path("max_position_embeddings").asInt(MAX_POSITIONS),
        1 + count("model.generation_aligner.hidden_layers."),
        false,
        false);
  }

  /** Where transformers writes it now comes before where it did. */
  private double ropeTheta() {
    return ROPE.stream()
        .map(language::at)
        .filter(JsonNode::isNumber)
        .findFirst()
        .orElse(language.path("rope_theta"))
        .asDouble(ROPE_THETA);
  }

  private void requireNumber(String field) {
    var value = language.at(field);
    if (!value.isMissingNode() && !value.isNull() && !value.isNumber()) {
      problems.add(
          "language_config%s must be a number, got %s"
              .formatted(field.replace('/', '.'), JsonText.shown(value)));
    }
  }

  private VisionConfig vision(int heads) {
    int patch = size(VISION + "embeddings.patch_embedding.weight", 2);
    int patches = size(VISION + "embeddings.position_embedding.weight", 0);
    return new VisionConfig(
        size(VISION + "embeddings.patch_embedding.weight", 0),
        size(VISION + "encoder.layers.0.mlp.fc1.weight", 0),
        count(VISION + "encoder.layers."),
        heads,
        patch,
        tower.path("image_size").asInt(side(patches) * patch),
        size(VISION + "embeddings.patch_embedding.weight", 1),
        NORM_EPSILON,
        1 + count("model.aligner.hidden_layers."),
        tensors.containsKey(VISION + "encoder.layers.0.self_attn.q_proj.bias"));
  }

  private VqConfig vq() {
    int base = size(VQ + "encoder.conv_in.weight", 0);
    int levels = count(VQ + "encoder.down.");
    var multiplier = new ArrayList<Integer>();
    for (int level = 0; level < levels; level++) {
      var first = VQ + "encoder.down." + level + ".block.0.conv1.weight";
      multiplier.add(tensors.containsKey(first) ? size(first, 0) / Math.max(1, base) : 1);
    }
    int codeSide = 1 << (levels - 1); // pixels
    int grid = side(size(VISION + "embeddings.position_embedding.weight", 0));
    return new VqConfig(
        base,
        multiplier,
        count(VQ + "encoder.down.0.block."),
        size(VQ + "encoder.conv_in.weight", 1),
        size(VQ + "decoder.conv_out.weight", 0),
        size(VQ + "encoder.conv_out.weight", 0),
        size(VQ + "quantize.embedding.weight", 1),
        size(VQ + "quantize.embedding.weight", 0),
        tower.has("image_size") ? tower.path("image_size").asInt() / codeSide : grid,
        1,
        32,
        true);
  }

  private int required(String key, JsonNode section, String field) {
    int value = section.path(field).asInt(0);
    if (value < 1) {
      problems.add(JanusConfig.FILE + " must give " + key + ", which no shape shows");
    }
    return Math.max(1, value);
  }

  private void compare(String field, int derived, List<String> found) {
    int said = language.path(field).asInt(derived);
    if (said != derived) {
      found.add(
          String.format(
              Locale.ROOT,
              "%s says language_config.%s = %d, the shapes say %d",
              JanusConfig.FILE,
              field,
              said,
              derived));
    }
  }

  private int size(String name, int axis) {
    var tensor = tensors.get(name);
    if (tensor == null || tensor.shape().size() <= axis) {
      throw new IllegalArgumentException(
          "misshapen: %s has too few axes to tell a size".formatted(OriginalNames.original(name)));
    }
    return Math.toIntExact(tensor.shape().get(axis));
  }

  /** How many numbers follow a prefix: one more than the largest. */
  private int count(String prefix) {
    return tensors.keySet().stream()
        .filter(name -> name.startsWith(prefix))
        .map(name -> name.substring(prefix.length()).split("\\.", 2)[0])
        .filter(word -> word.matches("\\d{1,4}"))
        .mapToInt(Integer::parseInt)
        .map(number -> number + 1)
        .max()
        .orElse(0);
  }

  private static int side(int patches) {
    return (int) Math.round(Math.sqrt(patches));
  }
}
