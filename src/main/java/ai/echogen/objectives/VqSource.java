package ai.echogen.objectives;

import ai.djl.Device;
import ai.echogen.model.vq.VqConfig;

/**
 * Opens the training of a VQ tokenizer wherever it is trained.
 *
 * @param steps of the whole run
 * @param batch images a step
 */
public record VqSource(
    VqConfig config, VqObjective.Settings settings, long steps, int batch, long seed)
    implements ObjectiveSource<byte[]> {
  /** The same in main memory. */
  public VqObjective open() {
    return open(Device.cpu());
  }

  @Override
  public VqObjective open(Device device) {
    return new VqObjective(config, settings, steps, batch, seed);
  }
}
