package ai.echogen.engine;

import ai.echogen.config.Check;

/**
 * How a stage is trained.
 *
 * @param steps steps of the whole run, resumed ones included
 * @param batch samples a step
 * @param microShards parts of a batch whose gradients are computed apart and added in a fixed tree;
 *     the most tasks that can share a step
 * @param seed of everything random
 * @param logEvery steps between lines of metrics
 * @param checkpointEvery steps between checkpoints; 0 keeps only the last
 * @param keepCheckpoints newest checkpoints that are kept
 */
public record TrainerSettings(
    long steps,
    int batch,
    int microShards,
    long seed,
    int logEvery,
    int checkpointEvery,
    int keepCheckpoints,
    OptimizerSettings optim) {
  public TrainerSettings {
    new Check()
        .that("steps", steps > 0, "must be > 0, got " + steps)
        .that("batch", batch > 0, "must be > 0, got " + batch)
        .that(
            "microShards",
            microShards > 0 && microShards <= batch,
            "must be in [1, batch = " + batch + "], got " + microShards)
        .that("logEvery", logEvery > 0, "must be > 0, got " + logEvery)
        .that("checkpointEvery", checkpointEvery >= 0, "must be >= 0, got " + checkpointEvery)
        .that("keepCheckpoints", keepCheckpoints > 0, "must be > 0, got " + keepCheckpoints)
        .orThrow();
  }
}
