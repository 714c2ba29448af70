package ai.echogen.train;

import ai.echogen.config.Check;
import java.io.Serializable;

/**
 * When checkpoints are written, and in what parts.
 *
 * @param every steps between checkpoints; 0 writes only the last
 * @param keep newest checkpoints that are kept
 * @param partBytes most bytes a file, unless one tensor is larger
 */
public record CheckpointSettings(int every, int keep, long partBytes) implements Serializable {
  /** One, at the end. */
  public static final CheckpointSettings AT_THE_END = new CheckpointSettings(0, 1, 1 << 30);

  public CheckpointSettings {
    new Check()
        .that("every", every >= 0, "must be >= 0, got " + every)
        .that("keep", keep > 0, "must be > 0, got " + keep)
        .that("partBytes", partBytes > 0, "must be > 0, got " + partBytes)
        .orThrow();
  }
}
