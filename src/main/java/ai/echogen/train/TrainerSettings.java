package ai.echogen.train;

import ai.echogen.config.Check;
import java.io.Serializable;
import java.util.Locale;

/**
 * How an objective is trained.
 *
 * @param steps steps of the whole run, resumed ones included
 * @param batch samples a step
 * @param microShards parts of a batch whose gradients are computed apart and added in a fixed tree;
 *     the most threads, over all executors, that can share a step
 * @param seed of everything random
 * @param logEvery steps between lines of metrics
 * @param checkpoints when and how they are written
 * @param eval what is measured on held-out samples
 * @param exchange how the executors come to the same weights
 * @param divergence what to do without a finite gradient
 * @param stop what to do when the process is asked to end
 */
public record TrainerSettings(
    long steps,
    int batch,
    int microShards,
    long seed,
    int logEvery,
    CheckpointSettings checkpoints,
    EvalSettings eval,
    ExchangeSettings exchange,
    DivergenceSettings divergence,
    StopSettings stop,
    OptimizerSettings optim)
    implements Serializable {
  public TrainerSettings {
    new Check()
        .that("steps", steps > 0, "must be > 0, got " + steps)
        .that("batch", batch > 0, "must be > 0, got " + batch)
        .that(
            "microShards",
            microShards > 0 && microShards <= batch,
            "must be in [1, batch = " + batch + "], got " + microShards)
        .that("logEvery", logEvery > 0, "must be > 0, got " + logEvery)
        .that(
            "exchange.workers",
            !exchange.inRounds() || microShards % exchange.workers() == 0,
            String.format(
                Locale.ROOT,
                "must divide microShards = %d, got %d",
                microShards,
                exchange.workers()))
        .that(
            "checkpoints.every",
            !exchange.inRounds() || checkpoints.every() % exchange.innerSteps() == 0,
            String.format(
                Locale.ROOT,
                "must be a multiple of exchange.innerSteps = %d, got %d",
                exchange.innerSteps(),
                checkpoints.every()))
        .that(
            "eval.every",
            !exchange.inRounds() || eval.every() % exchange.innerSteps() == 0,
            String.format(
                Locale.ROOT,
                "must be a multiple of exchange.innerSteps = %d, got %d",
                exchange.innerSteps(),
                eval.every()))
        .orThrow();
  }

  /** The same with other checkpoints. */
  public TrainerSettings with(CheckpointSettings others) {
    return new TrainerSettings(
        steps, batch, microShards, seed, logEvery, others, eval, exchange, divergence, stop, optim);
  }

  /** Samples of the largest micro-shard. */
  public int samplesAMicroShard() {
    return (batch + microShards - 1) / microShards;
  }
}
