package ai.echogen.objectives.policy;

import ai.echogen.config.Check;
import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;

/**
 * The loss of a policy's tokens.
 *
 * @param type how tokens' losses become one
 * @param sequenceRatio one ratio a sequence, the geometric mean of its tokens', whatever the type;
 *     gspo always has it
 * @param clipLow how far below 1 a ratio still has a gradient; not used by cispo
 * @param clipHigh the same above 1; for cispo the largest ratio itself
 * @param ratioCap largest ratio where the advantage is negative too (TRL's {@code delta}, dual
 *     clip); 0 for none
 * @param kl weight of the k3 estimate of the KL divergence from the reference, {@code exp(ref − lp)
 *     − (ref − lp) − 1}; 0 wants no reference
 * @param klByRatio whether that is multiplied by the ratio, as TRL does since 1.13
 * @param entropy weight of the entropy bonus
 */
public record PolicyLoss(
    LossType type,
    boolean sequenceRatio,
    double clipLow,
    double clipHigh,
    double ratioCap,
    double kl,
    boolean klByRatio,
    double entropy)
    implements Serializable {
  /** The resource beside this class with {@code policy_loss}. */
  static final String SCRIPT = "policy-loss.script";

  public PolicyLoss {
    new Check()
        .that("clipLow", clipLow >= 0 && clipLow <= 1, "must be in [0, 1], got " + clipLow)
        .that("clipHigh", clipHigh >= 0, "must be >= 0, got " + clipHigh)
        .that("ratioCap", ratioCap == 0 || ratioCap > 1, "must be 0 or > 1, got " + ratioCap)
        .that("kl", kl >= 0, "must be >= 0, got " + kl)
        .that("entropy", entropy >= 0, "must be >= 0, got " + entropy)
        .orThrow();
  }

  /** Whether there is one ratio a sequence. */
  boolean hasSequenceRatio() {
    return sequenceRatio || type == LossType.GSPO;
  }

  /** What the script's {@code $name}s stand for. */
  Map<String, String> constants() {
    var constants = new TreeMap<String, String>();
    constants.put("sequence_ratio", bool(hasSequenceRatio()));
    constants.put("clips_weight", bool(type == LossType.CISPO));
    constants.put("clip_low", Double.toString(clipLow));
    constants.put("clip_high", Double.toString(clipHigh));
    constants.put("ratio_cap", Double.toString(ratioCap));
    constants.put("kl", Double.toString(kl));
    constants.put("kl_by_ratio", bool(klByRatio));
    constants.put("entropy", Double.toString(entropy));
    return constants;
  }

  private static String bool(boolean value) {
    return value ? "True" : "False";
  }
}
