package ai.echogen.train;

import ai.echogen.config.Check;
import java.io.Serializable;

/**
 * What happens when a run is asked to stop.
 *
 * @param grace seconds within which it writes a checkpoint
 */
public record StopSettings(int grace) implements Serializable {
  /** What containers give a process, less a margin. */
  public static final StopSettings STANDARD = new StopSettings(20);

  public StopSettings {
    new Check().that("grace", grace > 0, "must be > 0, got " + grace).orThrow();
  }
}
