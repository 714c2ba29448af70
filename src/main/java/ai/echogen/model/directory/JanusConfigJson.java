package ai.echogen.model.directory;

import ai.echogen.model.decoder.AttentionForm;
import ai.echogen.model.decoder.DecoderConfig;
import ai.echogen.model.vision.VisionConfig;
import ai.echogen.model.vq.VqConfig;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The fields of a Janus {@code config.json}: read, checked and written. */
final class JanusConfigJson {
  private JanusConfigJson() {}

  /** See {@link JanusConfig#parse}. */
  static JanusConfig parse(JsonNode root, Path file) {
    var fields = new Fields(root);
    fields.mustBe("model_type", "janus");
    fields.mustBe("quantization_config", "null");
    try {
      var decoder =
          root.has("text_config")
              ? Optional.of(readDecoder(fields))
              : Optional.<DecoderConfig>empty();
      int vocabulary = decoder.isPresent() ? fields.integer("text_config.vocab_size") : 0;
      var vision =
          root.has("vision_config")
              ? Optional.of(readVision(fields))
              : Optional.<VisionConfig>empty();
      var vq = readVq(fields, vision);
      fields.orThrow(file);
      return new JanusConfig(
          decoder,
          vq.orElseThrow(),
          vision,
          AttentionForm.of(root.at("/echogen/attention_form").asText("separate")),
          GroundingFeatures.of(root.at("/echogen/grounding_features").asText("vq")),
          vocabulary,
          root.at("/echogen/location_bins").asInt(0));
    } catch (IllegalArgumentException e) {
      throw e.getMessage() != null && e.getMessage().startsWith(file.toString())
          ? e
          : new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  /** See {@link JanusConfig#toJson}. */
  static ObjectNode write(JanusConfig config) {
    var root = new ObjectMapper().createObjectNode();
    root.putArray("architectures").add("JanusForConditionalGeneration");
    root.put("model_type", "janus");
    root.put("dtype", "float32");
    root.put("tie_word_embeddings", false);
    var decoder = config.decoder();
    var vq = config.vq();
    decoder.ifPresent(
        sizes -> writeDecoder(root.putObject("text_config"), sizes, config.vocabulary()));
    writeVq(root.putObject("vq_config"), vq, decoder);
    config
        .vision()
        .ifPresent(sizes -> writeVision(root.putObject("vision_config"), sizes, decoder));
    var ours = root.putObject("echogen");
    ours.put("attention_form", config.form().key());
    ours.put("location_bins", config.locationBins());
    ours.put("grounding_features", config.grounding().key());
    ours.put("bigram_shift", decoder.map(DecoderConfig::bigramShift).orElse(false));
    ours.put("image_positions", decoder.map(DecoderConfig::imagePositions).orElse(false));
    ours.put("vq_stem", vq.stem());
    ours.put("vq_norm_groups", vq.normGroups());
    ours.put("vq_attention", vq.attention());
    return root;
  }

  private static void writeDecoder(ObjectNode text, DecoderConfig config, int vocabulary) {
    text.put("model_type", "llama");
    text.put("hidden_size", config.hidden());
    text.put("intermediate_size", config.intermediate());
    text.put("num_hidden_layers", config.layers());
    text.put("num_attention_heads", config.heads());
    text.put("num_key_value_heads", config.keyValueHeads());
    text.put("head_dim", config.headWidth());
    text.put("hidden_act", "silu");
    text.put("rms_norm_eps", config.normEpsilon());
    text.put("rope_theta", config.ropeTheta());
    text.putObject("rope_parameters")
        .put("rope_type", "default")
        .put("rope_theta", config.ropeTheta());
    text.put("max_position_embeddings", config.maxPositions());
    text.put("vocab_size", vocabulary);
    text.put("attention_bias", false);
    text.put("mlp_bias", false);
    text.put("tie_word_embeddings", false);
  }

  private static void writeVq(ObjectNode node, VqConfig vq, Optional<DecoderConfig> decoder) {
    node.put("model_type", "janus_vqgan");
    node.put("base_channels", vq.baseChannels());
    var multiplier = node.putArray("channel_multiplier");
    vq.channelMultiplier().forEach(multiplier::add);
    node.put("num_res_blocks", vq.numResBlocks());
    node.put("in_channels", vq.inChannels());
    node.put("out_channels", vq.outChannels());
    node.put("latent_channels", vq.latentChannels());
    node.put("embed_dim", vq.embedDim());
    node.put("num_embeddings", vq.numEmbeddings());
    node.put("num_patches", vq.numPatches());
    node.put("double_latent", false);
    node.put("hidden_act", "gelu");
    decoder.ifPresent(
        config ->
            node.put("projection_dim", config.hidden())
                .put("image_token_embed_dim", config.hidden())
                .put("num_hidden_layers", config.alignerDepth()));
  }

  private static void writeVision(
      ObjectNode node, VisionConfig config, Optional<DecoderConfig> decoder) {
    node.put("model_type", "janus_vision_model");
    node.put("hidden_size", config.hidden());
    node.put("num_hidden_layers", config.layers());
    node.put("num_attention_heads", config.heads());
    node.put("num_channels", config.channels());
    node.put("image_size", config.imageSize());
    node.put("patch_size", config.patchSize());
    node.put("hidden_act", "gelu");
    node.put("layer_norm_eps", config.normEpsilon());
    node.put("mlp_ratio", mlpRatio(config));
    node.put("attention_bias", config.attentionBias());
    node.put("use_qk_norm", false);
    decoder.ifPresent(text -> node.put("projection_dim", text.hidden()));
    node.put("depth", config.alignerDepth());
    node.put("num_image_tokens", config.numPatches());
  }

  /** The ratio whose product with the width, cut to an integer as readers do, is exact. */
  private static double mlpRatio(VisionConfig config) {
    double ratio = (double) config.intermediate() / config.hidden();
    return (int) (config.hidden() * ratio) < config.intermediate() ? Math.nextUp(ratio) : ratio;
  }

  private static VisionConfig readVision(Fields fields) {
    var prefix = "vision_config.";
    fields.mustBe(prefix + "hidden_act", "gelu");
    fields.mustBe(prefix + "use_qk_norm", "false");
    int hidden = (int) fields.number(prefix + "hidden_size", 1024);
    return new VisionConfig(
        hidden,
        (int) (hidden * fields.number(prefix + "mlp_ratio", 4)),
        (int) fields.number(prefix + "num_hidden_layers", 24),
        (int) fields.number(prefix + "num_attention_heads", 16),
        (int) fields.number(prefix + "patch_size", 16),
        (int) fields.number(prefix + "image_size", 384),
        (int) fields.number(prefix + "num_channels", 3),
        fields.number(prefix + "layer_norm_eps", 1e-6),
        (int) fields.number(prefix + "depth", 2),
        fields.flag(prefix + "attention_bias", true));
  }

  private static DecoderConfig readDecoder(Fields fields) {
    fields.mustBe("text_config.tie_word_embeddings", "false");
    fields.unsupported.addAll(TextFields.unsupported(fields.node("text_config"), "text_config."));
    int hidden = fields.integer("text_config.hidden_size");
    int heads = fields.integer("text_config.num_attention_heads");
    return new DecoderConfig(
        hidden,
        fields.integer("text_config.intermediate_size"),
        fields.integer("text_config.num_hidden_layers"),
        heads,
        (int) fields.number("text_config.num_key_value_heads", heads),
        (int) fields.number("text_config.head_dim", (double) hidden / Math.max(1, heads)),
        fields.number("text_config.rms_norm_eps", 1e-6),
        fields.number(
            "text_config.rope_parameters.rope_theta",
            fields.number("text_config.rope_theta", 10000)),
        (int) fields.number("text_config.max_position_embeddings", 2048),
        (int) fields.number("vq_config.num_hidden_layers", 2),
        fields.flag("echogen.bigram_shift", false),
        fields.flag("echogen.image_positions", false));
  }

  /**
   * Hugging Face's port takes the grid of codes from the vision encoder, whatever num_patches says.
   */
  private static Optional<VqConfig> readVq(Fields fields, Optional<VisionConfig> vision) {
    fields.mustBe("vq_config.double_latent", "false");
    fields.mustBe("vq_config.hidden_act", "gelu");
    var multiplier = new ArrayList<Integer>();
    fields.node("vq_config.channel_multiplier").forEach(m -> multiplier.add(m.asInt()));
    var numbers =
        List.of(
            fields.integer("vq_config.base_channels"),
            fields.integer("vq_config.num_res_blocks"),
            fields.integer("vq_config.latent_channels"),
            fields.integer("vq_config.embed_dim"),
            fields.integer("vq_config.num_embeddings"),
            fields.integer("vq_config.num_patches"));
    if (!fields.missing.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new VqConfig(
            numbers.get(0),
            multiplier,
            numbers.get(1),
            (int) fields.number("vq_config.in_channels", 3),
            (int) fields.number("vq_config.out_channels", 3),
            numbers.get(2),
            numbers.get(3),
            numbers.get(4),
            fields.isOurs()
                ? numbers.get(5)
                : vision.map(v -> v.imageSize() / v.patchSize()).orElse(numbers.get(5)),
            (int) fields.number("echogen.vq_stem", 1),
            (int) fields.number("echogen.vq_norm_groups", 32),
            fields.flag("echogen.vq_attention", true)));
  }

  /** Fields by dotted path; the missing ones are gathered. */
  private static final class Fields {
    private final JsonNode root;
    private final List<String> missing = new ArrayList<>();
    private final List<String> unsupported = new ArrayList<>();

    Fields(JsonNode root) {
      this.root = root;
    }

    /** Whether we have written it. */
    boolean isOurs() {
      return root.has("echogen");
    }

    JsonNode node(String path) {
      return root.at("/" + path.replace('.', '/'));
    }

    int integer(String path) {
      var node = node(path);
      if (!node.isNumber()) {
        missing.add(path);
        return 1;
      }
      return node.asInt();
    }

    double number(String path, double fallback) {
      var node = node(path);
      if (!isAbsent(node) && !node.isNumber()) {
        unsupported.add("%s must be a number, got %s".formatted(path, node));
      }
      return node.asDouble(fallback);
    }

    boolean flag(String path, boolean fallback) {
      var node = node(path);
      if (!isAbsent(node) && !node.isBoolean()) {
        unsupported.add("%s must be true or false, got %s".formatted(path, node));
      }
      return node.asBoolean(fallback);
    }

    private static boolean isAbsent(JsonNode node) {
      return node.isMissingNode() || node.isNull();
    }

    /** Notes a field whose value, if it is there, is another than the one that is built here. */
    void mustBe(String path, String only) {
      var node = node(path);
      if (!isAbsent(node) && !node.asText().equals(only)) {
        unsupported.add(
            "%s must be %s, got %s".formatted(path, only, node.isTextual() ? node.asText() : node));
      }
    }

    void orThrow(Path file) {
      var problems = new ArrayList<String>();
      if (!missing.isEmpty()) {
        problems.add("missing " + String.join(", ", missing));
      }
      problems.addAll(unsupported);
      if (!problems.isEmpty()) {
        throw new IllegalArgumentException(file + ": " + String.join("; ", problems));
      }
    }
  }
}
