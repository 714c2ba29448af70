package ai.echogen.model.convert;

import ai.echogen.model.decoder.DecoderConfig;
import ai.echogen.model.directory.JanusConfig;
import ai.echogen.model.vision.VisionConfig;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;

/**
 * A {@code config.json} as published with the original Janus checkpoints (deepseek-ai/Janus, {@code
 * modeling_vlm.py}: {@code MultiModalityConfig}).
 */
final class OriginalConfig {
  private OriginalConfig() {}

  /**
   * The configuration of a model that has all parts.
   *
   * @param text Hugging Face's {@code text_config}, for the ids of special tokens
   */
  static ObjectNode of(JanusConfig config, JsonNode text, WeightType type) {
    var decoder = config.decoder().orElseThrow();
    var vision = config.vision().orElseThrow();
    int hidden = decoder.hidden();
    var root = JsonNodeFactory.instance.objectNode();
    projector(root, "aligner", vision.alignerDepth(), vision.hidden(), hidden);
    root.putArray("architectures").add("MultiModalityCausalLM");
    projector(root, "gen_aligner", decoder.alignerDepth(), config.vq().embedDim(), hidden);
    params(root, "gen_head", "vision_head")
        .put("image_token_embed", hidden)
        .put("image_token_size", config.vq().numEmbeddings())
        .put("n_embed", hidden);
    params(root, "gen_vision", "VQ-16")
        .put("image_token_size", config.vq().numEmbeddings())
        .put("n_embed", config.vq().embedDim());
    language(root.putObject("language_config"), decoder, config.vocabulary(), text, type);
    root.put("model_type", "multi_modality");
    root.put("torch_dtype", type.key());
    tower(params(root, "vision", "CLIPVisionTower"), vision);
    return root;
  }

  private static void projector(ObjectNode root, String name, int depth, int in, int out) {
    params(root, name, "MlpProjector")
        .put("depth", depth)
        .put("input_dim", in)
        .put("n_embed", out)
        .put("projector_type", depth > 1 ? "mlp_gelu" : "linear");
  }

  private static ObjectNode params(ObjectNode root, String name, String type) {
    return root.putObject(name + "_config")
        .put("cls", type)
        .put("model_type", name)
        .putObject("params");
  }

  private static void language(
      ObjectNode node, DecoderConfig config, int vocabulary, JsonNode text, WeightType type) {
    for (var id : List.of("bos_token_id", "eos_token_id", "pad_token_id")) {
      if (text.hasNonNull(id)) {
        node.set(id, text.get(id));
      }
    }
    if (config.headWidth() * config.heads() != config.hidden()) {
      node.put("head_dim", config.headWidth());
    }
    node.put("hidden_size", config.hidden());
    node.put("intermediate_size", config.intermediate());
    node.put("max_position_embeddings", config.maxPositions());
    node.put("model_type", "llama");
    node.put("num_attention_heads", config.heads());
    node.put("num_hidden_layers", config.layers());
    node.put("num_key_value_heads", config.keyValueHeads());
    node.put("rms_norm_eps", config.normEpsilon());
    node.put("rope_theta", config.ropeTheta());
    node.put("tie_word_embeddings", false);
    node.put("torch_dtype", type.key());
    node.put("vocab_size", vocabulary);
  }

  private static void tower(ObjectNode params, VisionConfig config) {
    var name =
        String.format(
            Locale.ROOT,
            "siglip_%s_patch%d_%d",
            config.hidden() == 1024 ? "large" : config.hidden() == 1152 ? "so400m" : "vit",
            config.patchSize(),
            config.imageSize());
    boolean published =
        OriginalSizes.PUBLISHED_TOWERS.contains(name)
            && config.heads() == OriginalSizes.PUBLISHED_HEADS;
    params.put("image_size", config.imageSize());
    params.put("model_name", published ? name : name + "_" + config.layers());
    if (!published) {
      params.put("num_heads", config.heads());
    }
    params.put("select_feature", "same");
    params.put("select_layer", -1);
  }
}
