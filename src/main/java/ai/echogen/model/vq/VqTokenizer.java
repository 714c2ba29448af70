package ai.echogen.model.vq;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.echogen.torch.script.Script;
import ai.echogen.torch.weights.ParameterLayout;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;

/**
 * Turns images into a grid of discrete codes and back.
 *
 * <p>An image of side {@code config.imageSize()} becomes {@code config.numCodes()} codes, row by
 * row from the top left. Latents and code vectors are both scaled to length 1 before they are
 * compared, as in the original Janus code. Weights are one flat tensor in the order of {@link
 * #layout}.
 *
 * <p>Shapes: B images, H = W side in pixels, h = w side of the grid, E width of a code.
 *
 * <p>Instances are thread-safe; each method is one native call. Results are attached to the manager
 * that is passed in.
 */
public final class VqTokenizer implements AutoCloseable {
  private final VqConfig config;
  private final VqNetwork network;
  private final Script script;

  public VqTokenizer(VqConfig config) {
    this.config = config;
    network = new VqNetwork(config);
    script = Script.compile(network.source());
  }

  public VqConfig config() {
    return config;
  }

  /** How the weights lie in the flat tensor, under Hugging Face's names. */
  public ParameterLayout layout() {
    return network.layout();
  }

  /**
   * Pixels (B, 3, H, W) in [-1, 1] of images that lie in memory as RGB bytes, row by row.
   *
   * @throws IllegalArgumentException if an image does not have the tokenizer's size
   */
  public NDArray pixels(NDManager manager, List<byte[]> images) {
    try (var scope = manager.newSubManager()) {
      var bytes = bytes(scope, images, config.imageSize());
      return script.evaluate(manager, "pixels", bytes).get(0);
    }
  }

  /** RGB bytes, uint8 (B, H, W, 3), of pixels (B, 3, H, W), which are clipped to [-1, 1]. */
  public NDArray images(NDManager manager, NDArray pixels) {
    return script.evaluate(manager, "images", pixels).get(0);
  }

  /** The encoder's output (B, E, h, w), before it is scaled to length 1. */
  public NDArray latents(NDManager manager, NDArray weights, NDArray pixels) {
    return script.evaluate(manager, "latents", weights, checked(pixels)).get(0);
  }

  /** Codes, int64 (B, h·w), of pixels (B, 3, H, W) in [-1, 1]. */
  public NDArray encode(NDManager manager, NDArray weights, NDArray pixels) {
    return script.evaluate(manager, "encode", weights, checked(pixels)).get(0);
  }

  /**
   * Pixels (B, 3, H, W), about in [-1, 1], of codes (B, h·w).
   *
   * @throws IllegalArgumentException if the number of codes is not that of an image
   */
  public NDArray decode(NDManager manager, NDArray weights, NDArray codes) {
    var shape = codes.getShape();
    if (shape.dimension() != 2 || shape.get(1) != config.numCodes()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "codes must be (images, %d), got %s", config.numCodes(), shape));
    }
    return script.evaluate(manager, "decode", weights, codes).get(0);
  }

  @Override
  public void close() {
    script.close();
  }

  /** Square RGB images as one uint8 tensor (B, side, side, 3) of {@code manager}. */
  public static NDArray bytes(NDManager manager, List<byte[]> images, int side) {
    var size = side * side * 3;
    var all = ByteBuffer.allocateDirect(images.size() * size);
    for (var image : images) {
      if (image.length != size) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "an image must have %d × %d × 3 = %d bytes for this tokenizer, got %d; resize it first",
                side,
                side,
                size,
                image.length));
      }
      all.put(image);
    }
    return manager.create(all.flip(), new Shape(images.size(), side, side, 3), DataType.UINT8);
  }

  private NDArray checked(NDArray pixels) {
    var shape = pixels.getShape();
    var side = config.imageSize();
    if (shape.dimension() != 4
        || shape.get(1) != config.inChannels()
        || shape.get(2) != side
        || shape.get(3) != side) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "pixels must be (images, %d, %d, %d), got %s",
              config.inChannels(),
              side,
              side,
              shape));
    }
    return pixels;
  }
}
