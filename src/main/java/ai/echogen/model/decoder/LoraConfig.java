package ai.echogen.model.decoder;

import ai.echogen.config.Check;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Low-rank adaptation of the decoder's linear layers (Hu and others, 2021): y = W x + alpha / rank
 * · B (A x), with W frozen and A (rank, inputs), B (outputs, rank) trained.
 *
 * @param rank 0 trains the whole model instead
 * @param alpha numerator of the factor
 * @param targets which linear layers of every decoder layer, by their names in Hugging Face's Llama
 */
public record LoraConfig(int rank, double alpha, List<String> targets)
    implements java.io.Serializable {
  /** What can be adapted, in the order of a layer's computation. */
  public static final List<String> MODULES =
      List.of("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj");

  public LoraConfig {
    targets = List.copyOf(targets);
    new Check()
        .that("rank", rank >= 0, "must be >= 0, got " + rank)
        .that("alpha", alpha > 0, "must be > 0, got " + alpha)
        .that(
            "targets",
            !targets.isEmpty()
                && MODULES.containsAll(targets)
                && Set.copyOf(targets).size() == targets.size(),
            "must be some of " + MODULES + ", each once, got " + targets)
        .orThrow();
  }

  /** Whether there is an adapter at all. */
  public boolean isOn() {
    return rank > 0;
  }

  /** This, or nothing where there is no adapter. */
  public Optional<LoraConfig> ifOn() {
    return isOn() ? Optional.of(this) : Optional.empty();
  }

  /** What B A is multiplied with. */
  public double scale() {
    return alpha / rank;
  }
}
