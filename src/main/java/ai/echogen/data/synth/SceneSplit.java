package ai.echogen.data.synth;

/** The splits of synthesised scenes. */
public enum SceneSplit {
  TRAIN("train"),
  TEST("test"),
  /** Free attributes only: harder, reported beside {@link #TEST}. */
  TEST_ATTRIBUTES("test_attributes");

  private final String word;

  SceneSplit(String word) {
    this.word = word;
  }

  /** The value of the column {@code split}. */
  public String word() {
    return word;
  }

  /** Whether nothing of this split may be trained on. */
  public boolean heldOut() {
    return this != TRAIN;
  }
}
