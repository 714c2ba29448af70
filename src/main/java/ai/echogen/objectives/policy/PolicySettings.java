package ai.echogen.objectives.policy;

import ai.echogen.config.Check;
import ai.echogen.model.decoder.Decoder;
import java.io.Serializable;

/**
 * How a policy is trained.
 *
 * @param tokens whose choice is learnt from
 * @param sampling that the codes were drawn with; log-probabilities are of that distribution
 * @param anchor real samples beside the drawings
 * @param guide what the policy is drawn towards
 * @param rowsAtOnce rows of logits over all codes that are held at once
 */
public record PolicySettings(
    PolicyLoss loss,
    LossTokens tokens,
    Decoder.Sampling sampling,
    Anchor anchor,
    Guide guide,
    int rowsAtOnce)
    implements Serializable {
  public PolicySettings {
    new Check()
        .that(
            "sampling.temperature",
            sampling.temperature() > 0,
            "must be > 0: the likeliest code has no gradient")
        .that("rowsAtOnce", rowsAtOnce > 0, "must be > 0, got " + rowsAtOnce)
        .orThrow();
  }
}
