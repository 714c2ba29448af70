package ai.echogen.model.directory;

import ai.echogen.model.decoder.DecoderConfig;
import ai.echogen.model.decoder.DecoderParameters;
import ai.echogen.model.vision.VisionParameters;
import ai.echogen.model.vq.VqNetwork;
import ai.echogen.torch.weights.ParameterLayout;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Every tensor that a model directory must hold, by Hugging Face's names: what {@code config.json}
 * describes and nothing else.
 */
public final class JanusParameters {
  /** What the names of a part's parameters begin with, and what people call the part. */
  private static final Map<String, String> PARTS = new LinkedHashMap<>();

  static {
    PARTS.put(VisionParameters.ENCODER, "vision encoder");
    PARTS.put(VisionParameters.ALIGNER, "vision aligner");
    PARTS.put(VqNetwork.PREFIX, "VQ tokenizer");
    PARTS.put("model.generation_embeddings.", "code embeddings");
    PARTS.put("model.generation_aligner.", "code aligner");
    PARTS.put("model.generation_head.", "code head");
    PARTS.put("model.language_model.", "language model");
    PARTS.put("lm_head.", "text head");
    PARTS.put("echogen.", "extras");
  }

  private JanusParameters() {}

  /**
   * Shapes by name: vision encoder and aligner, VQ tokenizer, transformer; what is not there is
   * left out.
   */
  public static Map<String, List<Long>> shapes(JanusConfig config) {
    var shapes = new LinkedHashMap<String, List<Long>>();
    config
        .vision()
        .ifPresent(
            vision -> {
              int hidden = config.decoder().map(DecoderConfig::hidden).orElse(vision.hidden());
              add(shapes, new VisionParameters(vision, hidden).layout());
            });
    add(shapes, new VqNetwork(config.vq()).layout());
    config
        .decoder()
        .ifPresent(
            decoder ->
                add(
                    shapes,
                    new DecoderParameters(
                            decoder, config.codes(), config.vocabulary(), Optional.empty())
                        .layout()));
    return shapes;
  }

  /** Number of parameters by part, in the order in which an image passes them. */
  public static Map<String, Long> parts(Map<String, List<Long>> shapes) {
    var parts = new LinkedHashMap<String, Long>();
    PARTS.forEach(
        (prefix, part) -> {
          long size =
              shapes.entrySet().stream()
                  .filter(tensor -> tensor.getKey().startsWith(prefix))
                  .mapToLong(tensor -> size(tensor.getValue()))
                  .sum();
          if (size > 0) {
            parts.put(part, size);
          }
        });
    return parts;
  }

  /** Number of elements of a tensor. */
  public static long size(List<Long> shape) {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }

  private static void add(Map<String, List<Long>> shapes, ParameterLayout layout) {
    layout.parameters().forEach(parameter -> shapes.put(parameter.name(), parameter.shape()));
  }
}
