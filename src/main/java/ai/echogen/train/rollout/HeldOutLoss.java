package ai.echogen.train.rollout;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.echogen.data.feed.Batching;
import ai.echogen.data.feed.Feed;
import ai.echogen.data.feed.FeedReader;
import ai.echogen.objectives.Objective;
import ai.echogen.objectives.Unit;
import ai.echogen.torch.weights.Weights;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;

/**
 * The objective's metrics on samples that are not trained on: an item is a batch's number, its
 * result the metrics of that batch.
 *
 * @param batch samples a batch; those left over at the end are not looked at
 */
public record HeldOutLoss<S>(Feed<S> samples, int batch) implements MapSource<S, Long, double[]> {
  private static final long SEED = 0; // of the order, which the mean does not depend on

  /** The numbers of all whole batches among the first {@code most} samples. */
  public List<Long> items(long most) {
    long batches = Math.min(most, samples.size()) / batch;
    if (batches == 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%d held-out samples are less than a batch of %d",
              Math.min(most, samples.size()),
              batch));
    }
    return LongStream.range(0, batches).boxed().toList();
  }

  /** The mean of each metric over all batches. */
  public static double[] mean(List<double[]> results) {
    var mean = new double[results.get(0).length];
    for (var result : results) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += result[i] / results.size();
      }
    }
    return mean;
  }

  /** The same mean, computed in this thread. */
  public double[] here(Objective<S> objective, Weights weights, long most) throws IOException {
    try (var phase = open(objective, weights.flat().getDevice())) {
      var results = new ArrayList<double[]>();
      for (var item : items(most)) {
        results.add(phase.map(weights.flat(), 0, item));
      }
      return mean(results);
    }
  }

  @Override
  public String key() {
    return String.format(
        Locale.ROOT, "held-out loss of %s, %d at once", samples.fingerprint(), batch);
  }

  @Override
  public MapPhase<Long, double[]> open(Objective<S> objective, Device device) throws IOException {
    return new Opened<>(objective, samples.open(new Batching(batch, 1, SEED)), batch);
  }

  private record Opened<S>(Objective<S> objective, FeedReader<S> reader, int batch)
      implements MapPhase<Long, double[]> {
    @Override
    public double[] map(NDArray weights, long step, Long item) throws IOException {
      var batchSamples = reader.read(item, 0);
      long[] totals = {};
      for (var sample : batchSamples) {
        var counts = objective.counts(sample);
        totals = totals.length == 0 ? new long[counts.length] : totals;
        for (int i = 0; i < counts.length; i++) {
          totals[i] += counts[i];
        }
      }
      return objective.measure(weights, new Unit<>(SEED, step, 0, batchSamples, totals));
    }

    @Override
    public void close() {
      reader.close();
    }
  }
}
