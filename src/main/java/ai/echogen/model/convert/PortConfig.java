package ai.echogen.model.convert;

import ai.echogen.model.vision.VisionParameters;
import ai.echogen.model.vq.VqNetwork;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.List;

/**
 * A {@code config.json} of Hugging Face's port, made explicit: transformers saves only what differs
 * from its defaults, and ties the text head unless told not to.
 *
 * <p>Defaults: {@code JanusConfig}, {@code JanusVisionConfig}, {@code JanusVQVAEConfig} and {@code
 * LlamaConfig} of transformers 5.18.
 */
final class PortConfig {
  private static final String TIE = "tie_word_embeddings";
  private static final List<String> SECTIONS = List.of("text_config", "vision_config", "vq_config");

  private PortConfig() {}

  /** Whether transformers would use the token embedding as text head. */
  static boolean tiesTextHead(JsonNode config) {
    return config.path(TIE).asBoolean(true) || config.path("text_config").path(TIE).asBoolean();
  }

  /** Says that the text head is a matrix of its own. */
  static void untie(ObjectNode config) {
    config.put(TIE, false);
    if (config.get("text_config") instanceof ObjectNode text) {
      text.put(TIE, false);
    }
  }

  /** Sets the type of the weights wherever the configuration speaks of it. */
  static void setType(ObjectNode config, WeightType type) {
    config.put("dtype", type.key());
    replaceType(config, "torch_dtype", type);
    for (var name : SECTIONS) {
      if (config.get(name) instanceof ObjectNode section) {
        replaceType(section, "dtype", type);
        replaceType(section, "torch_dtype", type);
      }
    }
  }

  /** A part of the configuration; what stands there in place of one is refused later, by name. */
  private static ObjectNode section(ObjectNode config, String name) {
    var found = config.path(name);
    if (found.isMissingNode() || found.isNull()) {
      return config.putObject(name);
    }
    return found instanceof ObjectNode section ? section : config.objectNode();
  }

  /**
   * Adds the fields that transformers would fill in by itself.
   *
   * @param names the checkpoint's tensors; a part that has none and no section gets no section
   */
  static void addDefaults(ObjectNode config, Collection<String> names) {
    if (hasPart(config, "vision_config", names, VisionParameters.ENCODER)) {
      var vision = section(config, "vision_config");
      defaultNumber(vision, "hidden_size", 1024);
      defaultNumber(vision, "num_hidden_layers", 24);
      defaultNumber(vision, "num_attention_heads", 16);
      defaultNumber(vision, "image_size", 384);
      defaultNumber(vision, "patch_size", 16);
      defaultNumber(vision, "depth", 2);
    }
    if (hasPart(config, "vq_config", names, VqNetwork.PREFIX)) {
      addVqDefaults(section(config, "vq_config"));
      if (!config.path("vq_config").has("num_patches")) {
        setGrid(section(config, "vq_config"), config.path("vision_config"));
      }
    }
    if (hasPart(config, "text_config", names, "model.language_model.")) {
      var text = section(config, "text_config");
      defaultNumber(text, "vocab_size", 32000);
      defaultNumber(text, "hidden_size", 4096);
      defaultNumber(text, "intermediate_size", 11008);
      defaultNumber(text, "num_hidden_layers", 32);
      defaultNumber(text, "num_attention_heads", 32);
    }
  }

  private static void addVqDefaults(ObjectNode vq) {
    defaultNumber(vq, "base_channels", 128);
    defaultNumber(vq, "num_res_blocks", 2);
    defaultNumber(vq, "latent_channels", 256);
    defaultNumber(vq, "embed_dim", 8);
    defaultNumber(vq, "num_embeddings", 16384);
    defaultNumber(vq, "num_hidden_layers", 2);
    if (!vq.has("channel_multiplier")) {
      var multiplier = vq.putArray("channel_multiplier");
      List.of(1, 1, 2, 2, 4).forEach(multiplier::add);
    }
  }

  /** The port draws as many codes as the vision encoder has patches, whatever vq_config says. */
  private static void setGrid(ObjectNode vq, JsonNode vision) {
    int patch = Math.max(1, vision.path("patch_size").asInt(16));
    vq.put("num_patches", vision.path("image_size").asInt(384) / patch);
  }

  private static boolean hasPart(
      JsonNode config, String section, Collection<String> names, String prefix) {
    return config.has(section) || names.stream().anyMatch(name -> name.startsWith(prefix));
  }

  private static void defaultNumber(ObjectNode section, String field, int value) {
    if (!section.hasNonNull(field)) {
      section.put(field, value);
    }
  }

  private static void replaceType(ObjectNode section, String field, WeightType type) {
    if (section.has(field)) {
      section.put(field, type.key());
    }
  }
}
