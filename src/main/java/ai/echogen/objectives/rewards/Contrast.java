package ai.echogen.objectives.rewards;

/**
 * How well the phrase that was asked for tells its box, beside phrases that were not: the log of
 * the true phrase's share among itself and the decoys in the likelihood of the true box's tokens; 0
 * at best.
 *
 * <p>Reading boxes for given phrases does not ask what stands in them; this asks whether another
 * phrase would have led there as well.
 */
public record Contrast() implements Reward {
  @Override
  public String key() {
    return "contrast";
  }

  @Override
  public double[] of(Reading reading) {
    var scores = reading.likelihoods().clone();
    for (int k = 0; k < scores.length; k++) {
      double own = scores[k];
      double others = 0;
      for (var round : reading.decoyLikelihoods()) {
        others += Math.exp(round[k] - own);
      }
      scores[k] = -Math.log1p(others);
    }
    return scores;
  }
}
