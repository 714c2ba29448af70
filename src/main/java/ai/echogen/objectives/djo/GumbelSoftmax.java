package ai.echogen.objectives.djo;

/**
 * Differentiable draws of image codes: the TorchScript function {@code gumbel_softmax(logits,
 * noise, tau, straight_through)}, for the scripts of stages in which drawing flows into grounding.
 *
 * <p>Soft: softmax((logits + noise) / tau); straight-through: one-hot with the soft values'
 * gradient. The noise is standard Gumbel and comes from the caller, so that it is keyed by sample.
 */
public final class GumbelSoftmax {
  /** The resource beside this class that holds the function. */
  public static final String SCRIPT = "gumbel.script";

  private GumbelSoftmax() {}
}
