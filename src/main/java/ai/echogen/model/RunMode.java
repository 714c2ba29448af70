package ai.echogen.model;

import ai.echogen.model.decoder.AttentionForm;
import ai.echogen.model.decoder.Precision;
import java.io.Serializable;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a finished model is run.
 *
 * @param form attention form; null for the one that it was finished in
 * @param precision what it computes in
 */
public record RunMode(@Nullable AttentionForm form, Precision precision) implements Serializable {
  /** As it was finished, in float32. */
  public static final RunMode FINISHED = new RunMode(null, Precision.FP32);

  /** In a form, or as it was finished. */
  public static RunMode of(Optional<AttentionForm> form, Precision precision) {
    return new RunMode(form.orElse(null), precision);
  }
}
