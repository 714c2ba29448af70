package ai.echogen.model.vision;

import ai.echogen.config.Check;

/**
 * Sizes of the vision encoder (SigLIP) and its aligner: {@code vision_config} of a Janus {@code
 * config.json}. Whole images of {@code imageSize} pixels become one feature a patch, which the
 * aligner brings to the decoder's width.
 *
 * @param hidden width of the encoder
 * @param intermediate width of its feed-forward layers
 * @param layers encoder layers
 * @param heads attention heads, a divisor of {@code hidden}
 * @param patchSize side of a patch in pixels, a divisor of {@code imageSize}
 * @param imageSize side of an image in pixels
 * @param channels colour channels
 * @param normEpsilon epsilon of the layer norms
 * @param alignerDepth linear layers of the aligner
 * @param attentionBias whether queries, keys and values have a bias; Janus: yes
 */
public record VisionConfig(
    int hidden,
    int intermediate,
    int layers,
    int heads,
    int patchSize,
    int imageSize,
    int channels,
    double normEpsilon,
    int alignerDepth,
    boolean attentionBias)
    implements java.io.Serializable {
  public VisionConfig {
    new Check()
        .that("hidden", hidden > 0, "must be > 0, got " + hidden)
        .that("intermediate", intermediate > 0, "must be > 0, got " + intermediate)
        .that("layers", layers > 0, "must be > 0, got " + layers)
        .that(
            "heads",
            heads > 0 && hidden % heads == 0,
            "must divide hidden = " + hidden + ", got " + heads)
        .that(
            "patchSize",
            patchSize > 0 && imageSize % patchSize == 0,
            "must divide imageSize = " + imageSize + ", got " + patchSize)
        .that("imageSize", imageSize > 0, "must be > 0, got " + imageSize)
        .that("channels", channels > 0, "must be > 0, got " + channels)
        .that("normEpsilon", normEpsilon > 0, "must be > 0, got " + normEpsilon)
        .that("alignerDepth", alignerDepth > 0, "must be > 0, got " + alignerDepth)
        .orThrow();
  }

  /** Features of one image. */
  public int numPatches() {
    return (imageSize / patchSize) * (imageSize / patchSize);
  }
}
