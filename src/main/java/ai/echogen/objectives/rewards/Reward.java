package ai.echogen.objectives.rewards;

import java.io.Serializable;

/**
 * What a drawing is worth by one measure. Pure: the same for the same drawing wherever it is asked.
 */
public interface Reward extends Serializable {
  /** Its name, in metrics and in the ledger. */
  String key();

  /**
   * A score for each region of the layout, more is better; NaN where there is none, which leaves
   * the drawing out. The drawing's own is the mean over its regions.
   */
  double[] of(Reading reading);
}
