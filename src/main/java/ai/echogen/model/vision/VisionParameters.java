package ai.echogen.model.vision;

import ai.echogen.torch.weights.ParameterLayout;

/**
 * The vision encoder's parameters and its aligner's, by Hugging Face's names, in the order in which
 * the encoder applies them (transformers 5.18, {@code modeling_janus.py}: {@code JanusVisionModel}
 * and {@code JanusVisionAlignerMLP}).
 *
 * <p>Matrices are (out, in) as {@code torch.nn.Linear} keeps them. W is the encoder's width, F that
 * of its feed-forward layers, C the channels, P the patch's side, N the patches an image, D the
 * decoder's width.
 */
public final class VisionParameters {
  /** What the names of the encoder's parameters begin with. */
  public static final String ENCODER = "model.vision_model.";

  /** What the names of the aligner's parameters begin with. */
  public static final String ALIGNER = "model.aligner.";

  private final VisionConfig config;
  private final ParameterLayout.Builder parameters = new ParameterLayout.Builder();
  private final ParameterLayout layout;

  /**
   * @param textHidden width D of the decoder that the aligner leads to
   */
  public VisionParameters(VisionConfig config, int textHidden) {
    this.config = config;
    embeddings();
    for (int i = 0; i < config.layers(); i++) {
      layer(ENCODER + "encoder.layers." + i + ".");
    }
    norm(ENCODER + "post_layernorm");
    linear(ALIGNER + "fc1", textHidden, config.hidden());
    for (int i = 0; i < config.alignerDepth() - 1; i++) {
      linear(ALIGNER + "hidden_layers." + i, textHidden, textHidden);
    }
    layout = parameters.build();
  }

  public ParameterLayout layout() {
    return layout;
  }

  private void embeddings() {
    var prefix = ENCODER + "embeddings.";
    long side = config.patchSize();
    parameters.add(
        prefix + "patch_embedding.weight",
        config.hidden(),
        config.channels(),
        side,
        side); // (W, C, P, P)
    parameters.add(prefix + "patch_embedding.bias", config.hidden());
    parameters.add(
        prefix + "position_embedding.weight", config.numPatches(), config.hidden()); // (N, W)
  }

  private void layer(String prefix) {
    long width = config.hidden();
    norm(prefix + "layer_norm1");
    for (var projection : new String[] {"q_proj", "k_proj", "v_proj"}) {
      parameters.add(prefix + "self_attn." + projection + ".weight", width, width);
      if (config.attentionBias()) {
        parameters.add(prefix + "self_attn." + projection + ".bias", width);
      }
    }
    linear(prefix + "self_attn.projection_layer", width, width);
    norm(prefix + "layer_norm2");
    linear(prefix + "mlp.fc1", config.intermediate(), width); // (F, W)
    linear(prefix + "mlp.fc2", width, config.intermediate()); // (W, F)
  }

  private void norm(String name) {
    parameters.add(name + ".weight", config.hidden());
    parameters.add(name + ".bias", config.hidden());
  }

  private void linear(String name, long out, long in) {
    parameters.add(name + ".weight", out, in);
    parameters.add(name + ".bias", out);
  }
}
