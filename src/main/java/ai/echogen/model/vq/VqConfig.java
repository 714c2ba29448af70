package ai.echogen.model.vq;

import ai.echogen.config.Check;
import ai.echogen.model.decoder.ImageCodes;
import java.util.List;

/**
 * Sizes of the VQ tokenizer: the fields of {@code vq_config} in a Janus {@code config.json}, and
 * three extras that a small model may use and Janus does not know.
 *
 * @param baseChannels channels at full resolution, before the multiplier
 * @param channelMultiplier one factor a resolution, highest resolution first; each step halves it
 * @param numResBlocks residual blocks a resolution in the encoder; the decoder has one more
 * @param latentChannels channels between the networks and the 1×1 convolutions to the codes
 * @param embedDim width of a code
 * @param numEmbeddings number of codes
 * @param numPatches side of the grid of codes
 * @param stem pixels that are folded into channels before the first convolution and unfolded after
 *     the last, by side; Janus: 1
 * @param normGroups groups of each group norm; Janus: 32
 * @param attention whether the lowest resolution and the middle attend; Janus: yes
 */
public record VqConfig(
    int baseChannels,
    List<Integer> channelMultiplier,
    int numResBlocks,
    int inChannels,
    int outChannels,
    int latentChannels,
    int embedDim,
    int numEmbeddings,
    int numPatches,
    int stem,
    int normGroups,
    boolean attention)
    implements java.io.Serializable {

  public VqConfig {
    channelMultiplier = List.copyOf(channelMultiplier);
    new Check()
        .that("baseChannels", baseChannels >= 1, "must be >= 1, got " + baseChannels)
        .that(
            "channelMultiplier",
            !channelMultiplier.isEmpty() && channelMultiplier.stream().allMatch(m -> m >= 1),
            "must hold at least one factor, each >= 1, got " + channelMultiplier)
        .that("numResBlocks", numResBlocks >= 1, "must be >= 1, got " + numResBlocks)
        .that("inChannels", inChannels >= 1, "must be >= 1, got " + inChannels)
        .that("outChannels", outChannels >= 1, "must be >= 1, got " + outChannels)
        .that("latentChannels", latentChannels >= 1, "must be >= 1, got " + latentChannels)
        .that("embedDim", embedDim >= 1, "must be >= 1, got " + embedDim)
        .that("numEmbeddings", numEmbeddings >= 2, "must be >= 2, got " + numEmbeddings)
        .that("numPatches", numPatches >= 1, "must be >= 1, got " + numPatches)
        .that("stem", stem >= 1, "must be >= 1, got " + stem)
        .that(
            "normGroups",
            normGroups >= 1 && divides(normGroups, baseChannels, channelMultiplier),
            "must be >= 1 and divide the channels of every resolution, got "
                + normGroups
                + " for base "
                + baseChannels
                + " × "
                + channelMultiplier)
        .orThrow();
  }

  /** A configuration of the original architecture: no stem, 32 groups, attention. */
  public static VqConfig janus(
      int baseChannels,
      List<Integer> channelMultiplier,
      int numResBlocks,
      int latentChannels,
      int embedDim,
      int numEmbeddings,
      int numPatches) {
    return new VqConfig(
        baseChannels,
        channelMultiplier,
        numResBlocks,
        3,
        3,
        latentChannels,
        embedDim,
        numEmbeddings,
        numPatches,
        1,
        32,
        true);
  }

  /** Whether other software that knows Janus can open such a tokenizer. */
  public boolean isJanus() {
    return stem == 1 && normGroups == 32 && attention;
  }

  /** Number of resolutions. */
  public int numResolutions() {
    return channelMultiplier.size();
  }

  /** Channels at a resolution, 0 being the highest. */
  public int channels(int resolution) {
    return baseChannels * channelMultiplier.get(resolution);
  }

  /** Pixels of an image's side that become one code's side. */
  public int patchSize() {
    return stem << (numResolutions() - 1);
  }

  /** Side of the images, in pixels. */
  public int imageSize() {
    return numPatches * patchSize();
  }

  /** What the transformer knows of the codes. */
  public ImageCodes codes() {
    return new ImageCodes(numEmbeddings, embedDim, numCodes());
  }

  /** Codes of one image. */
  public int numCodes() {
    return numPatches * numPatches;
  }

  private static boolean divides(int groups, int baseChannels, List<Integer> multiplier) {
    return baseChannels % groups == 0
        || multiplier.stream().allMatch(m -> baseChannels * m % groups == 0);
  }
}
