package ai.echogen.model.decoder;

import ai.echogen.config.Check;

/**
 * The image side of the transformer, as the VQ tokenizer fixes it.
 *
 * @param codebook number of codes
 * @param width width of a code's embedding (8 in Janus)
 * @param perImage codes an image, row by row
 */
public record ImageCodes(int codebook, int width, int perImage) implements java.io.Serializable {
  public ImageCodes {
    new Check()
        .that("codebook", codebook > 1, "must be > 1, got " + codebook)
        .that("width", width > 0, "must be > 0, got " + width)
        .that("perImage", perImage > 0, "must be > 0, got " + perImage)
        .orThrow();
  }
}
