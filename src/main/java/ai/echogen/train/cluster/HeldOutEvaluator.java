package ai.echogen.train.cluster;

import ai.echogen.data.feed.Feed;
import ai.echogen.train.rollout.HeldOutLoss;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The objective's own metrics on held-out samples, as {@code eval.NAME}.
 *
 * @param samples held-out ones
 * @param batch samples a batch
 * @param most samples that are looked at
 */
public record HeldOutEvaluator<S>(Feed<S> samples, int batch, int most) implements Evaluator<S> {
  @Override
  public Optional<Map<String, Double>> of(Training<S> training) throws IOException {
    var loss = new HeldOutLoss<>(samples, batch);
    return training
        .map(loss, loss.items(most))
        .map(
            results -> {
              var mean = HeldOutLoss.mean(results);
              var values = new LinkedHashMap<String, Double>();
              for (int i = 0; i < mean.length; i++) {
                values.put("eval." + training.metricNames().get(i), mean[i]);
              }
              return values;
            });
  }
}
