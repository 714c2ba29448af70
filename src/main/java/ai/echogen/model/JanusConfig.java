package ai.echogen.model;

import ai.echogen.config.Check;
import ai.echogen.tokens.Grammar;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What {@code config.json} of a model directory says: Hugging Face's Janus fields, and an {@code
 * echogen} object with what Janus does not know.
 *
 * <p>{@code echogen} holds {@code attention_form}, {@code location_bins}, {@code
 * grounding_features} and the optional extras {@code bigram_shift}, {@code image_positions}, {@code
 * vq_stem}, {@code vq_norm_groups} and {@code vq_attention}; a directory without it is a Janus
 * model with every extra off. A tokenizer's directory has {@code vq_config} but no {@code
 * text_config}.
 *
 * @param vision absent where the model reads images by their codes only
 * @param vocabulary rows of the token embedding; 0 without a decoder
 * @param locationBins bins an axis of the location codec; 0 where boxes are written as digits
 */
public record JanusConfig(
    Optional<DecoderConfig> decoder,
    VqConfig vq,
    Optional<VisionConfig> vision,
    AttentionForm form,
    GroundingFeatures grounding,
    int vocabulary,
    int locationBins) {
  public static final String FILE = "config.json";

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  public JanusConfig {
    new Check()
        .that("vocabulary", vocabulary >= 0, "must be >= 0, got " + vocabulary)
        .that("locationBins", locationBins >= 0, "must be >= 0, got " + locationBins)
        .that(
            "grounding",
            grounding == GroundingFeatures.VQ || vision.isPresent(),
            "siglip needs a vision_config")
        .orThrow();
  }

  /** The configuration of a directory that holds a VQ tokenizer only. */
  public static JanusConfig tokenizer(VqConfig vq) {
    return new JanusConfig(
        Optional.empty(), vq, Optional.empty(), AttentionForm.SEPARATE, GroundingFeatures.VQ, 0, 0);
  }

  /** By which names this model is more than Janus, so that other software cannot run it. */
  public List<String> extras() {
    var extras = new ArrayList<String>();
    if (decoder.map(DecoderConfig::bigramShift).orElse(false)) {
      extras.add("bigram_shift");
    }
    if (decoder.map(DecoderConfig::imagePositions).orElse(false)) {
      extras.add("image_positions");
    }
    if (vq.stem() != 1) {
      extras.add("vq_stem = " + vq.stem());
    }
    if (vq.normGroups() != 32) {
      extras.add("vq_norm_groups = " + vq.normGroups());
    }
    if (!vq.attention()) {
      extras.add("vq_attention = false");
    }
    if (!form.isPlainCausal()) {
      extras.add("attention_form = " + form.key());
    }
    return extras;
  }

  /** What the decoder knows of the tokenizer's codes. */
  public ImageCodes codes() {
    return new ImageCodes(vq.numEmbeddings(), vq.embedDim(), vq.numCodes());
  }

  /**
   * Reads a model directory's configuration.
   *
   * @throws IllegalArgumentException naming the file and every field that is missing or wrong
   */
  public static JanusConfig read(Path directory) throws IOException {
    var file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      throw new IllegalArgumentException(
          directory + " is not a model directory: it has no " + FILE);
    }
    JsonNode root;
    try {
      root = JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new IllegalArgumentException(file + " does not parse: " + e.getMessage(), e);
    }
    return parse(root, file);
  }

  /**
   * Reads a configuration.
   *
   * @param file where it comes from, for messages
   * @throws IllegalArgumentException naming the file and every field that is missing or wrong
   */
  public static JanusConfig parse(JsonNode root, Path file) {
    var fields = new Fields(root);
    try {
      var vq = readVq(fields);
      var decoder =
          root.has("text_config")
              ? Optional.of(readDecoder(fields))
              : Optional.<DecoderConfig>empty();
      int vocabulary = decoder.isPresent() ? fields.integer("text_config.vocab_size") : 0;
      var vision =
          root.has("vision_config")
              ? Optional.of(readVision(fields))
              : Optional.<VisionConfig>empty();
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

  /** Writes {@code config.json} of a model without texts. */
  public void write(Path directory) throws IOException {
    JSON.writeValue(directory.resolve(FILE).toFile(), toJson());
  }

  /**
   * Writes {@code config.json}, and in it the ids of special tokens as other software wants them.
   */
  public void write(Path directory, Grammar grammar) throws IOException {
    var root = toJson();
    var text = (ObjectNode) root.get("text_config");
    text.put("bos_token_id", grammar.bos());
    text.put("eos_token_id", grammar.eos());
    text.put("pad_token_id", grammar.pad());
    grammar.imagePlaceholder().ifPresent(id -> root.put("image_token_id", id));
    JSON.writeValue(directory.resolve(FILE).toFile(), root);
  }

  /** What {@code config.json} says of this model, its weights in float32. */
  public ObjectNode toJson() {
    var root = JSON.createObjectNode();
    root.putArray("architectures").add("JanusForConditionalGeneration");
    root.put("model_type", "janus");
    root.put("dtype", "float32");
    root.put("tie_word_embeddings", false);
    decoder.ifPresent(config -> writeDecoder(root.putObject("text_config"), config));
    writeVq(root.putObject("vq_config"));
    vision.ifPresent(config -> writeVision(root.putObject("vision_config"), config));
    var ours = root.putObject("echogen");
    ours.put("attention_form", form.key());
    ours.put("location_bins", locationBins);
    ours.put("grounding_features", grounding.key());
    ours.put("bigram_shift", decoder.map(DecoderConfig::bigramShift).orElse(false));
    ours.put("image_positions", decoder.map(DecoderConfig::imagePositions).orElse(false));
    ours.put("vq_stem", vq.stem());
    ours.put("vq_norm_groups", vq.normGroups());
    ours.put("vq_attention", vq.attention());
    return root;
  }

  private void writeDecoder(ObjectNode text, DecoderConfig config) {
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

  private void writeVq(ObjectNode node) {
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

  private void writeVision(ObjectNode node, VisionConfig config) {
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
    fields.mustBe("text_config.hidden_act", "silu");
    fields.mustBe("text_config.attention_bias", "false");
    fields.mustBe("text_config.mlp_bias", "false");
    fields.mustBe("text_config.tie_word_embeddings", "false");
    fields.mustBe("text_config.rope_parameters.rope_type", "default");
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

  private static Optional<VqConfig> readVq(Fields fields) {
    fields.mustBe("vq_config.double_latent", "false");
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
            numbers.get(5),
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
      return node(path).asDouble(fallback);
    }

    boolean flag(String path, boolean fallback) {
      return node(path).asBoolean(fallback);
    }

    /** Notes a field whose value, if it is there, is another than the one that is built here. */
    void mustBe(String path, String only) {
      var value = node(path).asText(only);
      if (!value.equals(only)) {
        unsupported.add("%s must be %s, got %s".formatted(path, only, value));
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
