package ai.echogen.objectives.policy;

/** Whose choice is learnt from. */
public enum LossTokens {
  /** The codes of the drawings; boxes are read greedily. */
  CODES,
  /** The locations of the boxes that are read from them, which are then drawn at temperature 1. */
  BOXES,
  /** Both, each as a sequence of its own. */
  BOTH;

  public boolean hasCodes() {
    return this != BOXES;
  }

  public boolean hasBoxes() {
    return this != CODES;
  }
}
