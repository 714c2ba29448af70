package ai.echogen.objectives.policy;

import ai.echogen.config.Check;
import java.io.Serializable;

/**
 * Cross-entropy of real codes behind a context of which some are random (VA-π), and the real
 * grounding loss.
 *
 * @param weight of both; 0 for none: then no image is ever seen
 * @param noise share of the context's codes that are random
 * @param samples real samples a step
 */
public record Anchor(double weight, double noise, int samples) implements Serializable {
  public Anchor {
    new Check()
        .that("weight", weight >= 0, "must be >= 0, got " + weight)
        .that("noise", noise >= 0 && noise <= 1, "must be in [0, 1], got " + noise)
        .that("samples", samples > 0, "must be > 0, got " + samples)
        .orThrow();
  }

  public boolean isOn() {
    return weight > 0;
  }
}
