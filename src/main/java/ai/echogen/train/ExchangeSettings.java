package ai.echogen.train;

import ai.echogen.config.Check;
import java.io.Serializable;

/**
 * How the replicas of a run come to the same weights.
 *
 * @param wire numbers on the wire; bfloat16 halves the bytes, and rounds every sum on the way
 * @param workers logical workers of a round, whatever the number of executors; they share each
 *     step's batch
 * @param innerSteps steps of a round (H)
 * @param outerLr learning rate of the outer step
 * @param outerMomentum its Nesterov momentum; 0 makes it plain
 */
public record ExchangeSettings(
    Mode mode, Wire wire, int workers, int innerSteps, double outerLr, double outerMomentum)
    implements Serializable {
  /** When gradients or weights are exchanged. */
  public enum Mode {
    /** Gradients, after every step. */
    SYNCHRONOUS,
    /** What the weights moved, after every {@code innerSteps} steps of each worker (DiLoCo). */
    ROUNDS
  }

  /** Numbers on the wire. */
  public enum Wire {
    FLOAT32,
    BFLOAT16
  }

  /** After every step. */
  public static ExchangeSettings everyStep(Wire wire) {
    return new ExchangeSettings(Mode.SYNCHRONOUS, wire, 1, 1, 1, 0);
  }

  public ExchangeSettings {
    new Check()
        .that("workers", workers > 0, "must be > 0, got " + workers)
        .that("innerSteps", innerSteps > 0, "must be > 0, got " + innerSteps)
        .that("outerLr", outerLr > 0, "must be > 0, got " + outerLr)
        .that(
            "outerMomentum",
            outerMomentum >= 0 && outerMomentum < 1,
            "must be in [0, 1), got " + outerMomentum)
        .orThrow();
  }

  public boolean inRounds() {
    return mode == Mode.ROUNDS;
  }
}
