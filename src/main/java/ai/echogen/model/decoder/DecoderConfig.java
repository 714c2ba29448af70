package ai.echogen.model.decoder;

import ai.echogen.config.Check;

/**
 * Sizes of the transformer: Janus' Llama decoder with its code embedding, aligner and heads.
 *
 * @param hidden width D of the residual stream
 * @param intermediate width of the feed-forward layers
 * @param layers number of decoder layers
 * @param heads attention heads H
 * @param keyValueHeads key/value heads G, a divisor of {@code heads}
 * @param headWidth width K of a head, even
 * @param normEpsilon epsilon of RMSNorm
 * @param ropeTheta base of the rotary frequencies
 * @param maxPositions longest sequence; captions are cut so that none is longer
 * @param alignerDepth linear layers of generation_aligner
 * @param bigramShift optional extra outside Janus: each text embedding adds a learnt share of the
 *     one before it
 * @param imagePositions optional extra outside Janus: a learnt table of image positions
 */
public record DecoderConfig(
    int hidden,
    int intermediate,
    int layers,
    int heads,
    int keyValueHeads,
    int headWidth,
    double normEpsilon,
    double ropeTheta,
    int maxPositions,
    int alignerDepth,
    boolean bigramShift,
    boolean imagePositions)
    implements java.io.Serializable {
  public DecoderConfig {
    new Check()
        .that("hidden", hidden > 0, "must be > 0, got " + hidden)
        .that("intermediate", intermediate > 0, "must be > 0, got " + intermediate)
        .that("layers", layers > 0, "must be > 0, got " + layers)
        .that("heads", heads > 0, "must be > 0, got " + heads)
        .that(
            "keyValueHeads",
            keyValueHeads > 0 && heads % keyValueHeads == 0,
            "must divide heads = " + heads + ", got " + keyValueHeads)
        .that("headWidth", headWidth > 0 && headWidth % 2 == 0, "must be even, got " + headWidth)
        .that("normEpsilon", normEpsilon > 0, "must be > 0, got " + normEpsilon)
        .that("ropeTheta", ropeTheta > 0, "must be > 0, got " + ropeTheta)
        .that("maxPositions", maxPositions > 0, "must be > 0, got " + maxPositions)
        .that("alignerDepth", alignerDepth > 0, "must be > 0, got " + alignerDepth)
        .orThrow();
  }

  /** Tokens that a text and a question have together beside an image of so many. */
  public int room(int image) {
    return maxPositions - image - 1; // <begin_of_image>
  }
}
