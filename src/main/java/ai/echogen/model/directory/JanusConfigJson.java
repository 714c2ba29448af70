package ai.echogen.model.directory;

import ai.echogen.json.JsonText;
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
import java.util.Locale;
import java.util.Optional;

/** The fields of a Janus {@code config.json}: read, checked and written. */
final class JanusConfigJson {
  // Far beyond any model: what is larger is damage, and nothing is allocated for it.
  private static final int MOST_LAYERS = 1000;
  private static final int MOST_WIDTH = 1 << 20;
  private static final int MOST_TOKENS = 10_000_000;
  private static final int MOST_PIXELS = 1 << 14;
  private static final int MOST_RESOLUTIONS = 16; // each has half the side of the one before
  private static final int MOST_RES_BLOCKS = 100;

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
      int vocabulary =
          decoder.isPresent() ? fields.integer("text_config.vocab_size", MOST_TOKENS) : 0;
      var vision =
          root.has("vision_config")
              ? Optional.of(readVision(fields))
              : Optional.<VisionConfig>empty();
      var vq = readVq(fields, vision);
      var form = fields.text("echogen.attention_form", "separate");
      var features = fields.text("echogen.grounding_features", "vq");
      int bins = fields.integer("echogen.location_bins", 0, MOST_TOKENS, 0);
      fields.orThrow(file);
      return new JanusConfig(
          decoder,
          vq.orElseThrow(),
          vision,
          AttentionForm.of(form),
          GroundingFeatures.of(features),
          vocabulary,
          bins);
    } catch (IllegalArgumentException e) {
      fields.orThrow(file); // sizes that do not fit together may come of fields that are wrong
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
    int hidden = fields.integer(prefix + "hidden_size", 1, MOST_WIDTH, 1024);
    return new VisionConfig(
        hidden,
        (int) (hidden * fields.number(prefix + "mlp_ratio", 4)),
        fields.integer(prefix + "num_hidden_layers", 1, MOST_LAYERS, 24),
        fields.integer(prefix + "num_attention_heads", 1, MOST_WIDTH, 16),
        fields.integer(prefix + "patch_size", 1, MOST_PIXELS, 16),
        fields.integer(prefix + "image_size", 1, MOST_PIXELS, 384),
        fields.integer(prefix + "num_channels", 1, MOST_WIDTH, 3),
        fields.number(prefix + "layer_norm_eps", 1e-6),
        fields.integer(prefix + "depth", 1, MOST_LAYERS, 2),
        fields.flag(prefix + "attention_bias", true));
  }

  private static DecoderConfig readDecoder(Fields fields) {
    fields.mustBe("text_config.tie_word_embeddings", "false");
    fields.unsupported.addAll(TextFields.unsupported(fields.node("text_config"), "text_config."));
    int hidden = fields.integer("text_config.hidden_size", MOST_WIDTH);
    int heads = fields.integer("text_config.num_attention_heads", MOST_WIDTH);
    return new DecoderConfig(
        hidden,
        fields.integer("text_config.intermediate_size", MOST_WIDTH),
        fields.integer("text_config.num_hidden_layers", MOST_LAYERS),
        heads,
        fields.integer("text_config.num_key_value_heads", 1, MOST_WIDTH, heads),
        fields.integer("text_config.head_dim", 1, MOST_WIDTH, hidden / heads),
        fields.number("text_config.rms_norm_eps", 1e-6),
        fields.number(
            "text_config.rope_parameters.rope_theta",
            fields.number(
                "text_config.rope_scaling.rope_theta",
                fields.number("text_config.rope_theta", 10000))),
        fields.integer("text_config.max_position_embeddings", 1, Integer.MAX_VALUE, 2048),
        fields.integer("vq_config.num_hidden_layers", 1, MOST_LAYERS, 2),
        fields.flag("echogen.bigram_shift", false),
        fields.flag("echogen.image_positions", false));
  }

  /**
   * Hugging Face's port takes the grid of codes from the vision encoder, whatever num_patches says.
   */
  private static Optional<VqConfig> readVq(Fields fields, Optional<VisionConfig> vision) {
    fields.mustBe("vq_config.double_latent", "false");
    fields.mustBe("vq_config.hidden_act", "gelu");
    var multiplier = fields.integers("vq_config.channel_multiplier", MOST_RESOLUTIONS, MOST_WIDTH);
    var numbers =
        List.of(
            fields.integer("vq_config.base_channels", MOST_WIDTH),
            fields.integer("vq_config.num_res_blocks", MOST_RES_BLOCKS),
            fields.integer("vq_config.latent_channels", MOST_WIDTH),
            fields.integer("vq_config.embed_dim", MOST_WIDTH),
            fields.integer("vq_config.num_embeddings", MOST_TOKENS),
            fields.integer("vq_config.num_patches", MOST_PIXELS));
    if (!fields.missing.isEmpty() || !fields.unsupported.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new VqConfig(
            numbers.get(0),
            multiplier,
            numbers.get(1),
            fields.integer("vq_config.in_channels", 1, MOST_WIDTH, 3),
            fields.integer("vq_config.out_channels", 1, MOST_WIDTH, 3),
            numbers.get(2),
            numbers.get(3),
            numbers.get(4),
            fields.isOurs()
                ? numbers.get(5)
                : vision.map(v -> v.imageSize() / v.patchSize()).orElse(numbers.get(5)),
            fields.integer("echogen.vq_stem", 1, MOST_PIXELS, 1),
            fields.integer("echogen.vq_norm_groups", 1, MOST_WIDTH, 32),
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

    /** A whole number that must be there, from 1 on. */
    int integer(String path, int most) {
      if (isAbsent(node(path))) {
        missing.add(path);
        return 1;
      }
      return integer(path, 1, most, 1);
    }

    /** A list of whole numbers from 1 on that must be there, of one number at least. */
    List<Integer> integers(String path, int mostNumbers, int most) {
      var node = node(path);
      if (isAbsent(node)) {
        missing.add(path);
        return List.of();
      }
      if (!node.isArray() || node.isEmpty() || node.size() > mostNumbers) {
        unsupported.add(
            String.format(
                Locale.ROOT,
                "%s must be a list of 1 to %d whole numbers, got %s",
                path,
                mostNumbers,
                JsonText.shown(node)));
        return List.of();
      }
      var numbers = new ArrayList<Integer>();
      for (int i = 0; i < node.size(); i++) {
        numbers.add(integer(path + "." + i, most));
      }
      return numbers;
    }

    int integer(String path, int least, int most, int fallback) {
      var node = node(path);
      if (isAbsent(node)) {
        return fallback;
      }
      if (!node.isIntegralNumber()
          || !node.canConvertToInt()
          || node.intValue() < least
          || node.intValue() > most) {
        unsupported.add(
            String.format(
                Locale.ROOT,
                "%s must be a whole number, %d to %d, got %s",
                path,
                least,
                most,
                JsonText.shown(node)));
        return fallback;
      }
      return node.intValue();
    }

    double number(String path, double fallback) {
      var node = node(path);
      if (isAbsent(node)) {
        return fallback;
      }
      if (!node.isNumber() || !Double.isFinite(node.doubleValue())) {
        unsupported.add("%s must be a number, got %s".formatted(path, JsonText.shown(node)));
        return fallback;
      }
      return node.doubleValue();
    }

    String text(String path, String fallback) {
      var node = node(path);
      if (!isAbsent(node) && !node.isTextual()) {
        unsupported.add("%s must be a text, got %s".formatted(path, JsonText.shown(node)));
      }
      return node.asText(fallback);
    }

    boolean flag(String path, boolean fallback) {
      var node = node(path);
      if (!isAbsent(node) && !node.isBoolean()) {
        unsupported.add("%s must be true or false, got %s".formatted(path, JsonText.shown(node)));
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
        unsupported.add("%s must be %s, got %s".formatted(path, only, JsonText.shown(node)));
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
