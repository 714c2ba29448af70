package ai.echogen.train.cycle;

import ai.echogen.config.Check;
import ai.echogen.objectives.policy.Advantages;
import ai.echogen.objectives.policy.Credit;
import ai.echogen.objectives.rewards.RewardSettings;
import ai.echogen.train.rollout.CycleRollouts.Reader;
import java.io.Serializable;

/**
 * How rollouts are made and what is learnt from them.
 *
 * @param group drawings of a prompt
 * @param promptsAtOnce prompts that an executor draws together
 * @param innerEpochs updates on the same rollouts
 * @param surplus prompts that are drawn beyond those that are learnt from, in multiples of these:
 *     the groups whose rewards differ most are kept
 * @param refill most times as many spare prompts as a step has, for groups whose rewards are all
 *     equal
 * @param reader who reads the drawings
 * @param scale what advantages are divided by
 */
public record CycleSettings(
    int group,
    int promptsAtOnce,
    int innerEpochs,
    double surplus,
    int refill,
    Reader reader,
    Advantages.Scale scale,
    Credit credit,
    RewardSettings rewards)
    implements Serializable {
  public CycleSettings {
    new Check()
        .that("group", group >= 2, "must be >= 2, got " + group)
        .that("promptsAtOnce", promptsAtOnce > 0, "must be > 0, got " + promptsAtOnce)
        .that("innerEpochs", innerEpochs > 0, "must be > 0, got " + innerEpochs)
        .that("surplus", surplus >= 0, "must be >= 0, got " + surplus)
        .that("refill", refill >= 0, "must be >= 0, got " + refill)
        .orThrow();
  }

  /** Prompts that are drawn at once for a step that learns from so many. */
  int drawn(int prompts) {
    return (int) Math.ceil(prompts * (1 + surplus));
  }

  /** Most prompts that such a step may need. */
  public int candidates(int prompts) {
    return drawn(prompts) + prompts * refill;
  }
}
