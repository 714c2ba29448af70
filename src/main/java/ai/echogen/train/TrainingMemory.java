package ai.echogen.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The most memory in bytes that a process which trains alone has resident, part by part: computed,
 * to say beforehand whether a model fits. In rounds on several executors each keeps the moments of
 * fewer workers.
 *
 * @param base Java, Spark and libtorch before there is a model; measured. A heap that fills comes
 *     on top
 * @param weights trained and frozen ones
 * @param optimizer moments; in rounds also each worker's, what they moved, and the outer momentum
 * @param gradients sums of micro-shards
 * @param passes what the threads hold of their micro-shards
 */
public record TrainingMemory(
    int threads, long base, long weights, long optimizer, long gradients, long passes) {
  private static final long BASE = 430_000_000;

  /**
   * @param trained number of trained weights P
   * @param frozen number of weights that are only read
   * @param threads there are; no more than micro-shards share a step
   * @param pass bytes that a thread holds of a micro-shard
   */
  public static TrainingMemory of(
      TrainerSettings settings, long trained, long frozen, int threads, long pass) {
    var exchange = settings.exchange();
    int workers = exchange.inRounds() ? exchange.workers() : 1;
    int microShards = settings.microShards() / workers;
    int sharing = Math.min(threads, microShards);
    int moments = settings.optim().method() == OptimizerSettings.Method.SGD ? 0 : 2;
    // In rounds: velocity and the weights of the worker at work; of each worker, its moments before
    // and after the round, and what it moved.
    long optimizer = exchange.inRounds() ? 2 + workers * (2L * moments + 1) : moments;
    return new TrainingMemory(
        sharing,
        BASE,
        Float.BYTES * (trained + frozen),
        Float.BYTES * trained * optimizer,
        Float.BYTES * trained * numBuffers(microShards, sharing),
        pass * sharing);
  }

  /**
   * The most gradients at once: one for each thread at work, and sums, which are added up when
   * there are more than threads, unless they wait for siblings in the tree that are still computed.
   */
  static int numBuffers(int microShards, int threads) {
    int each = (microShards + threads - 1) / threads;
    int depth = Integer.SIZE - Integer.numberOfLeadingZeros(each - 1);
    return Math.min(microShards, threads * (1 + Math.max(1, depth)));
  }

  public long sum() {
    return base + weights + optimizer + gradients + passes;
  }

  /** For people: the sum, then the parts. */
  public List<String> lines() {
    var lines = new ArrayList<String>();
    lines.add(line(String.format(Locale.ROOT, "memory with %d threads", threads), sum()));
    lines.add(line("  Java and libtorch", base));
    lines.add(line("  weights", weights));
    lines.add(line("  moments", optimizer));
    lines.add(line("  gradients", gradients));
    lines.add(line("  forward and backward passes", passes));
    return lines;
  }

  private static String line(String name, long bytes) {
    return String.format(Locale.ROOT, "%-30s %.2f GB", name, bytes / 1e9);
  }
}
