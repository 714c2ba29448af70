package ai.echogen.objectives;

import ai.echogen.model.vq.VqConfig;
import ai.echogen.model.vq.VqNetwork;

/**
 * Bytes that one thread holds while it computes the gradient of some images, beside the flat
 * tensors: counted over the scripts, not measured.
 */
public final class VqMemory {
  private VqMemory() {}

  /** The most at once, of {@code images} at once. All numbers are float32. */
  public static long bytes(VqConfig config, int images) {
    var network = new VqNetwork(config);
    long pixels = (long) config.imageSize() * config.imageSize() * config.outChannels();
    long loss = 3 * pixels; // images, drawings, differences
    return Float.BYTES * (images * (network.keptNumbers() + loss) + network.layout().size());
  }
}
