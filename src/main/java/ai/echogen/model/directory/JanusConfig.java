package ai.echogen.model.directory;

import ai.echogen.config.Check;
import ai.echogen.json.JsonText;
import ai.echogen.model.decoder.AttentionForm;
import ai.echogen.model.decoder.DecoderConfig;
import ai.echogen.model.decoder.ImageCodes;
import ai.echogen.model.vision.VisionConfig;
import ai.echogen.model.vq.VqConfig;
import ai.echogen.storage.LocalFiles;
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
 * @param locationBins cells, and location tokens, an axis of {@link
 *     ai.echogen.tokens.LocationCodec}; 0 where boxes are written as digits
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

  /** The same with another number of rows of the token embedding. */
  public JanusConfig withVocabulary(int rows) {
    return new JanusConfig(decoder, vq, vision, form, grounding, rows, locationBins);
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

  /** Tokens that a text and a question have together beside an image. */
  public int room() {
    int features = grounding == GroundingFeatures.SIGLIP ? vision.orElseThrow().numPatches() : 0;
    return decoder.orElseThrow().room(Math.max(codes().perImage(), features));
  }

  /** What the decoder knows of the tokenizer's codes. */
  public ImageCodes codes() {
    return vq.codes();
  }

  /**
   * Reads a model directory's configuration.
   *
   * @throws IllegalArgumentException naming the file and every field that is missing or wrong
   */
  public static JanusConfig read(Path directory) throws IOException {
    return parse(readJson(directory), directory.resolve(FILE));
  }

  /**
   * The fields of a model directory's configuration, unchecked.
   *
   * @throws IllegalArgumentException if there is none, or it is no JSON object
   */
  public static ObjectNode readJson(Path directory) throws IOException {
    var file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      throw new IllegalArgumentException(
          directory + " is not a model directory: it has no " + FILE);
    }
    if (JsonText.parse(LocalFiles.readSmall(file), file.toString()) instanceof ObjectNode root) {
      return root;
    }
    throw new IllegalArgumentException(file + ": must be a JSON object");
  }

  /**
   * Reads a configuration.
   *
   * @param file where it comes from, for messages
   * @throws IllegalArgumentException naming the file and every field that is missing or wrong
   */
  public static JanusConfig parse(JsonNode root, Path file) {
    return JanusConfigJson.parse(root, file);
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
    return JanusConfigJson.write(this);
  }
}
