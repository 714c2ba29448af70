package ai.echogen.model.vq;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.echogen.image.Pixels;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.model.decoder.PaddedIds;
import ai.echogen.model.directory.JanusConfig;
import ai.echogen.model.directory.JanusDirectory;
import ai.echogen.torch.Tensors;
import ai.echogen.torch.weights.Weights;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A VQ tokenizer with its weights: pictures in, codes out, and back, computed where the weights
 * lie. Thread-safe; {@link #close} frees all of it.
 */
public final class VqModel implements AutoCloseable {
  private final VqTokenizer tokenizer;
  private final Weights weights;
  private final NDManager manager;
  private @Nullable String fingerprint;

  /** Takes the weights over. */
  public VqModel(VqConfig config, Weights weights) {
    this.tokenizer = new VqTokenizer(config);
    this.weights = weights;
    this.manager = Tensors.on(weights.device());
  }

  /** Loads the tokenizer of a model directory into main memory. */
  public static VqModel load(Path directory) throws IOException {
    return load(directory, Device.cpu());
  }

  /** Loads the tokenizer of a model directory, which may hold more than a tokenizer. */
  public static VqModel load(Path directory, Device device) throws IOException {
    var config = JanusConfig.read(directory).vq();
    var layout = new VqNetwork(config).layout();
    return new VqModel(config, JanusDirectory.read(directory, layout, device));
  }

  public VqConfig config() {
    return tokenizer.config();
  }

  /** Owned by this model; not to be changed. */
  public Weights weights() {
    return weights;
  }

  /** What token shards carry to say whose codes they hold. */
  public synchronized String fingerprint() {
    if (fingerprint == null) {
      fingerprint = weights.sha256(); // of all weights, and asked for by every task
    }
    return fingerprint;
  }

  /** Codes of pictures of any shape, which are scaled to the tokenizer's size. */
  public List<int[]> encode(List<BufferedImage> images) {
    int side = config().imageSize();
    return encodeBytes(images.stream().map(image -> Pixels.square(image, side)).toList());
  }

  /** Codes of pictures given as {@code imageSize² × 3} RGB bytes. */
  public List<int[]> encodeBytes(List<byte[]> images) {
    try (var scope = manager.newSubManager()) {
      var pixels = tokenizer.pixels(scope, images);
      return Decoder.rows(
          tokenizer.encode(scope, weights.flat(), pixels).toLongArray(),
          images.size(),
          config().numCodes());
    }
  }

  /** Pictures of codes. */
  public List<BufferedImage> decode(List<int[]> codes) {
    try (var scope = manager.newSubManager()) {
      var table = PaddedIds.right(codes, 0).ids(scope);
      var images = tokenizer.images(scope, tokenizer.decode(scope, weights.flat(), table));
      return Pixels.images(images.toByteArray(), config().imageSize());
    }
  }

  @Override
  public void close() {
    tokenizer.close();
    weights.close();
    manager.close();
  }
}
