package ai.echogen.objectives;

/**
 * A run of the flat weights that the optimiser treats alike.
 *
 * @param offset first weight
 * @param rows rows of the matrix, or the number of weights where they form none
 * @param columns columns of the matrix, or 1
 */
public record ParameterGroup(Role role, long offset, long rows, long columns) {
  /** What the weights are. */
  public enum Role {
    /** One matrix inside the network: decayed, and Muon's where the optimiser is Muon. */
    HIDDEN_MATRIX,
    /** Other matrices: decayed. */
    MATRIX,
    /** Embeddings, norms and biases: not decayed. */
    OTHER
  }

  public long size() {
    return rows * columns;
  }
}
