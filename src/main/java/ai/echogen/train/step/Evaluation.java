package ai.echogen.train.step;

import ai.echogen.objectives.Objective;
import ai.echogen.torch.Tensors;
import ai.echogen.torch.weights.Weights;
import java.util.List;

/** An objective's metrics on samples that are not trained on. */
public final class Evaluation {
  private static final long SEED = 0; // an objective whose randomness is off does not look at it

  private Evaluation() {}

  /**
   * The mean of each metric over all whole batches.
   *
   * @return one value a name of {@link Objective#metrics}
   * @throws IllegalArgumentException if there are fewer samples than one batch
   */
  public static <S> double[] means(
      Objective<S> objective, Weights weights, List<S> samples, int batch) {
    int batches = samples.size() / batch;
    if (batches == 0) {
      throw new IllegalArgumentException(
          "%d samples are less than a batch of %d".formatted(samples.size(), batch));
    }
    var sums = new double[objective.metrics().size()];
    for (int i = 0; i < batches; i++) {
      var part = samples.subList(i * batch, (i + 1) * batch);
      try (var scope = Tensors.cpu()) {
        var shard = new Objective.MicroShard<>(SEED, 0, part, 0, batch);
        var metrics = objective.gradient(scope, weights.flat(), shard).metrics();
        for (int k = 0; k < sums.length; k++) {
          sums[k] += metrics[k] / batches;
        }
      }
    }
    return sums;
  }
}
