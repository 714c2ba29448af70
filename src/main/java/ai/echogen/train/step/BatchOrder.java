package ai.echogen.train.step;

import ai.echogen.data.CounterRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Which samples make up which step's batch: a pure function of (seed, step).
 *
 * <p>Each epoch is a random permutation. Within a window of batches samples are grouped by length,
 * so that little is padded, and the window's batches come in random order. Samples left over at the
 * end of an epoch come in another epoch's order.
 */
final class BatchOrder<S> {
  private static final int WINDOW = 32; // batches
  private static final long ORDER = 0x6f72646572L;

  private final List<S> samples;
  private final ToIntFunction<S> length;
  private final int batch;
  private final long seed;
  private long cachedEpoch = -1;
  private int[] cachedOrder = {};

  BatchOrder(List<S> samples, ToIntFunction<S> length, int batch, long seed) {
    if (samples.size() < batch) {
      throw new IllegalArgumentException(
          "a batch of %d needs at least as many training samples, got %d"
              .formatted(batch, samples.size()));
    }
    this.samples = samples;
    this.length = length;
    this.batch = batch;
    this.seed = seed;
  }

  long batchesAnEpoch() {
    return samples.size() / batch;
  }

  /** The samples of a step counted from 0. */
  synchronized List<S> batch(long step) {
    long epoch = step / batchesAnEpoch();
    if (epoch != cachedEpoch) {
      cachedOrder = order(epoch);
      cachedEpoch = epoch;
    }
    int from = Math.toIntExact(step % batchesAnEpoch()) * batch;
    var result = new ArrayList<S>(batch);
    for (int i = from; i < from + batch; i++) {
      result.add(samples.get(cachedOrder[i]));
    }
    return result;
  }

  private int[] order(long epoch) {
    var random = CounterRandom.of(seed, ORDER, epoch);
    var permutation = random.permutation(samples.size());
    var order = new int[Math.toIntExact(batchesAnEpoch()) * batch];
    for (int from = 0; from < order.length; from += WINDOW * batch) {
      int to = Math.min(order.length, from + WINDOW * batch);
      var window = Arrays.stream(permutation, from, to).boxed().toArray(Integer[]::new);
      Arrays.sort(window, Comparator.comparingInt(i -> length.applyAsInt(samples.get(i))));
      var places = random.permutation(window.length / batch);
      for (int b = 0; b < places.length; b++) {
        for (int i = 0; i < batch; i++) {
          order[from + places[b] * batch + i] = window[b * batch + i];
        }
      }
    }
    return order;
  }
}
