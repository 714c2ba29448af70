package ai.echogen.train;

import ai.echogen.config.Check;

/**
 * The optimiser and its schedule.
 *
 * @param method AdamW everywhere, or Muon on the layers' matrices and AdamW elsewhere, or plain
 *     gradient descent, which keeps no moments
 * @param lr highest learning rate
 * @param warmupSteps steps of linear warm-up from 0; the first of them moves nothing
 * @param schedule what follows the warm-up, on its way to {@code lr · finalLrShare} after the last
 *     step
 * @param weightDecay decoupled; on matrices only
 * @param clipNorm largest L2 norm of the whole gradient
 */
public record OptimizerSettings(
    Method method,
    double lr,
    int warmupSteps,
    Schedule schedule,
    double finalLrShare,
    double beta1,
    double beta2,
    double epsilon,
    double muonMomentum,
    double weightDecay,
    double clipNorm)
    implements java.io.Serializable {
  /** Which rule updates the layers' matrices. */
  public enum Method {
    ADAMW,
    MUON,
    SGD
  }

  /** The learning rate after the warm-up. */
  public enum Schedule {
    CONSTANT,
    LINEAR,
    COSINE
  }

  public OptimizerSettings {
    new Check()
        .that("lr", lr > 0, "must be > 0, got " + lr)
        .that("warmupSteps", warmupSteps >= 0, "must be >= 0, got " + warmupSteps)
        .that(
            "finalLrShare",
            finalLrShare >= 0 && finalLrShare <= 1,
            "must be in [0, 1], got " + finalLrShare)
        .that("beta1", beta1 >= 0 && beta1 < 1, "must be in [0, 1), got " + beta1)
        .that("beta2", beta2 >= 0 && beta2 < 1, "must be in [0, 1), got " + beta2)
        .that("epsilon", epsilon > 0, "must be > 0, got " + epsilon)
        .that(
            "muonMomentum",
            muonMomentum >= 0 && muonMomentum < 1,
            "must be in [0, 1), got " + muonMomentum)
        .that("weightDecay", weightDecay >= 0, "must be >= 0, got " + weightDecay)
        .that("clipNorm", clipNorm > 0, "must be > 0, got " + clipNorm)
        .orThrow();
  }

  /**
   * Learning rate of a step counted from 0, of {@code total}; as the schedules of transformers give
   * it, {@code finalLrShare} being their {@code min_lr_rate}.
   */
  public double lrAt(long step, long total) {
    if (step < warmupSteps) {
      return lr * step / warmupSteps;
    }
    double progress = (double) (step - warmupSteps) / Math.max(1, total - warmupSteps);
    double share =
        switch (schedule) {
          case CONSTANT -> 1;
          case LINEAR -> 1 - progress;
          case COSINE -> (1 + Math.cos(Math.PI * progress)) / 2;
        };
    return lr * (finalLrShare + (1 - finalLrShare) * share);
  }
}
