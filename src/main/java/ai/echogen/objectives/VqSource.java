package ai.echogen.objectives;

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
  @Override
  public VqObjective open() {
    return new VqObjective(config, settings, steps, batch, seed);
  }
}
