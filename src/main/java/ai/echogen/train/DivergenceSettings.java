package ai.echogen.train;

import ai.echogen.config.Check;
import java.io.Serializable;

/**
 * What to do when losses or gradients are NaN or infinite. Such a step moves nothing and is
 * counted.
 *
 * @param steps so many such steps in a row are a divergence
 * @param then what follows it
 * @param lrFactor what each rollback multiplies the learning rate with
 * @param rollbacks so many rollbacks, then the run stops
 */
public record DivergenceSettings(int steps, Then then, double lrFactor, int rollbacks)
    implements Serializable {
  /** What follows a divergence. */
  public enum Then {
    /** The run ends with an error. */
    STOP,
    /** Back to the last checkpoint, with a lower learning rate. */
    ROLLBACK
  }

  /** Ten steps end the run. */
  public static final DivergenceSettings STOP_AFTER_TEN =
      new DivergenceSettings(10, Then.STOP, 0.5, 0);

  public DivergenceSettings {
    new Check()
        .that("steps", steps > 0, "must be > 0, got " + steps)
        .that("lrFactor", lrFactor > 0 && lrFactor < 1, "must be in (0, 1), got " + lrFactor)
        .that("rollbacks", rollbacks >= 0, "must be >= 0, got " + rollbacks)
        .orThrow();
  }
}
