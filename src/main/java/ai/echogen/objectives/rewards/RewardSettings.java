package ai.echogen.objectives.rewards;

import ai.echogen.config.Check;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * Which rewards count, and how much: those of weight 0 are not computed.
 *
 * @param iouL1 weight of {@link IouL1}
 * @param giou whether that takes GIoU
 * @param l1Weight weight of l1 in it
 * @param likelihood weight of {@link Likelihood}
 * @param contrast weight of {@link Contrast}
 * @param evidence weight of {@link Evidence}
 * @param detector weight of {@link DetectorIou}; shape scenes only
 * @param random weight of {@link RandomReward}
 * @param shuffled weight of {@link ShuffledBoxes}
 */
public record RewardSettings(
    double iouL1,
    boolean giou,
    double l1Weight,
    double likelihood,
    double contrast,
    double evidence,
    double detector,
    double random,
    double shuffled)
    implements Serializable {
  /** A reward and its weight. */
  public record Weighted(Reward reward, double weight) implements Serializable {}

  public RewardSettings {
    double sum =
        Math.abs(iouL1)
            + Math.abs(likelihood)
            + Math.abs(contrast)
            + Math.abs(evidence)
            + Math.abs(detector)
            + Math.abs(random)
            + Math.abs(shuffled);
    new Check()
        .that("l1Weight", l1Weight >= 0, "must be >= 0, got " + l1Weight)
        .that("iouL1", sum > 0, "or another reward must have a weight")
        .orThrow();
  }

  /** Those that count, in a fixed order. */
  public List<Weighted> all() {
    var agreement = new IouL1(giou, l1Weight);
    var all = new ArrayList<Weighted>();
    all.add(new Weighted(agreement, iouL1));
    all.add(new Weighted(new Likelihood(), likelihood));
    all.add(new Weighted(new Contrast(), contrast));
    all.add(new Weighted(new Evidence(), evidence));
    all.add(new Weighted(new DetectorIou(), detector));
    all.add(new Weighted(new RandomReward(), random));
    all.add(new Weighted(new ShuffledBoxes(agreement), shuffled));
    all.removeIf(weighted -> weighted.weight() == 0);
    return all;
  }
}
