package ai.echogen.objectives.rewards;

/**
 * How likely the true boxes are to whoever reads the drawing: one teacher-forced pass, dense, no
 * ties (as GvU's intrinsic reward). It favours what the reader finds easy.
 */
public record Likelihood() implements Reward {
  @Override
  public String key() {
    return "likelihood";
  }

  @Override
  public double[] of(Reading reading) {
    return reading.likelihoods().clone();
  }
}
