package ai.echogen.train.cluster;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** Measures the weights as they are, between steps, on samples that are not trained on. */
public interface Evaluator<S> {
  /**
   * Numbers by name, the one that counts first: the lower, the better.
   *
   * @return nothing if the weights were lost and {@link Training#step} has gone back
   */
  Optional<Map<String, Double>> of(Training<S> training) throws IOException;
}
