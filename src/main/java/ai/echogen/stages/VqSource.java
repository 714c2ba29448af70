package ai.echogen.stages;

import ai.echogen.model.VqConfig;

/**
 * Opens the training of a VQ tokenizer wherever it is trained.
 *
 * @param steps of the whole run
 * @param batch images a step
 */
public record VqSource(VqConfig config, VqStage.Settings settings, long steps, int batch, long seed)
    implements StageSource<byte[]> {
  @Override
  public VqStage open() {
    return new VqStage(config, settings, steps, batch, seed);
  }
}
