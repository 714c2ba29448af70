package ai.echogen.objectives.policy;

import ai.echogen.config.Check;
import java.io.Serializable;

/**
 * Draws the policy towards the model that training started from, as that draws with guidance: the
 * exact KL divergence, {@code Σ p (log p − log q)} over all codes, at the places of its own
 * drawings (on-policy distillation). No image is seen.
 *
 * @param weight of the divergence, a code; 0 for none
 * @param guidance classifier-free guidance of that model
 * @param temperature of its logits; below 1 it is surer than it was
 */
public record Guide(double weight, double guidance, double temperature) implements Serializable {
  /** None. */
  public static final Guide NONE = new Guide(0, 1, 1);

  public Guide {
    new Check()
        .that("weight", weight >= 0, "must be >= 0, got " + weight)
        .that("guidance", guidance >= 0, "must be >= 0, got " + guidance)
        .that("temperature", temperature > 0, "must be > 0, got " + temperature)
        .orThrow();
  }

  public boolean isOn() {
    return weight > 0;
  }
}
