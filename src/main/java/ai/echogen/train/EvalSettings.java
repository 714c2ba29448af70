package ai.echogen.train;

import ai.echogen.config.Check;
import java.io.Serializable;

/**
 * What a training measures on samples that it does not learn from.
 *
 * @param every steps between evaluations; 0 makes none
 * @param patience so many evaluations in a row without a better loss end the training; 0 goes on
 * @param samples most held-out samples
 * @param split of the data that they are in
 * @param accuracy whether boxes are read from them as well, which takes longer than the losses
 */
public record EvalSettings(int every, int patience, int samples, String split, boolean accuracy)
    implements Serializable {
  /** No evaluation. */
  public static final EvalSettings NEVER = new EvalSettings(0, 0, 1, "test", false);

  public EvalSettings {
    new Check()
        .that("every", every >= 0, "must be >= 0, got " + every)
        .that("patience", patience >= 0, "must be >= 0, got " + patience)
        .that(
            "patience",
            patience <= 0 || every != 0,
            "counts evaluations: give eval.every as well, got " + patience)
        .that("samples", samples > 0, "must be > 0, got " + samples)
        .that(
            "split",
            !split.isBlank() && !split.equals("train"),
            "must name held-out samples, such as test, got " + split)
        .that("accuracy", !accuracy || every != 0, "is measured by evaluations: give eval.every")
        .orThrow();
  }

  public boolean isOn() {
    return every > 0;
  }
}
