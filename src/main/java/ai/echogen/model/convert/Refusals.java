package ai.echogen.model.convert;

import ai.echogen.model.directory.JanusConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Why a model cannot leave for other software, which knows Janus and nothing more. */
final class Refusals {
  private Refusals() {}

  /**
   * Throws an {@link IllegalArgumentException} that names everything in the way, and the way out.
   */
  static void check(String name, JanusConfig config, Target target) {
    var problems = new ArrayList<String>();
    if (target != Target.ECHOGEN) {
      config
          .extras()
          .forEach(
              extra ->
                  problems.add(
                      extra + ": an extra that Janus does not have; train a model without it"));
      if (config.decoder().isEmpty()) {
        problems.add("holds a VQ tokenizer only; convert the model that was trained with it");
      }
      if (config.vision().isEmpty()) {
        problems.add("has no vision encoder (vision_config), which Janus needs; train with one");
      }
      problems.addAll(target == Target.JANUS ? originalCode(config) : port(config));
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "%s cannot become %s:\n  %s"
              .formatted(name, target.key(), String.join("\n  ", problems)));
    }
  }

  /** What the port computes by itself, and must be so. */
  private static List<String> port(JanusConfig config) {
    return config
        .vision()
        .filter(vision -> vision.numPatches() != config.vq().numCodes())
        .map(
            vision ->
                String.format(
                    Locale.ROOT,
                    ("vq_config.num_patches = %d: transformers takes the vision encoder's grid, "
                        + "%d patches an image; train both on one image and patch size"),
                    config.vq().numPatches(),
                    vision.numPatches()))
        .stream()
        .toList();
  }

  /** What the original code fixes. */
  private static List<String> originalCode(JanusConfig config) {
    var problems = new ArrayList<String>();
    config
        .vision()
        .ifPresent(
            vision -> {
              if (!vision.attentionBias()) {
                problems.add("vision_config.attention_bias = false: the original has biases");
              }
              if (vision.normEpsilon() != OriginalSizes.NORM_EPSILON) {
                problems.add(
                    "vision_config.layer_norm_eps = %s: the original has 1e-6"
                        .formatted(vision.normEpsilon()));
              }
            });
    return problems;
  }
}
