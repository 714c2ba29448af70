package ai.echogen.objectives.rewards;

import ai.echogen.data.CounterRandom;

/**
 * Uniform in [0, 1), whatever was drawn: what training gains from this, it does not gain by reward.
 */
public record RandomReward() implements Reward {
  private static final long STREAM = 0x726e64L;

  @Override
  public String key() {
    return "random";
  }

  @Override
  public double[] of(Reading reading) {
    var random = CounterRandom.of(STREAM, reading.key());
    return reading.layout().regions().stream().mapToDouble(region -> random.nextDouble()).toArray();
  }
}
