package ai.echogen.objectives.rewards;

import ai.echogen.scoring.metrics.LayoutObedience;

/**
 * IoU of each region with the detection of its category that overlaps it best; 0 if there is none.
 * An oracle: whoever trains on it must not be judged by it.
 */
public record DetectorIou() implements Reward {
  @Override
  public String key() {
    return "detector";
  }

  @Override
  public double[] of(Reading reading) {
    return LayoutObedience.overlaps(reading.layout(), reading.seen());
  }
}
