package ai.echogen.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The most memory in bytes that a process which trains has resident, part by part: computed, to say
 * beforehand whether a model fits.
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
   * Of a process that trains alone.
   *
   * @param trained number of trained weights P
   * @param frozen number of weights that are only read
   * @param threads there are; no more than micro-shards share a step
   * @param pass bytes that a thread holds of a micro-shard
   */
  public static TrainingMemory of(
      TrainerSettings settings, long trained, long frozen, int threads, long pass) {
    return of(settings, 1, trained, frozen, threads, pass);
  }

  /**
   * Of one of several executors: one that has most to do.
   *
   * @param executors that share the steps
   */
  public static TrainingMemory of(
      TrainerSettings settings, int executors, long trained, long frozen, int threads, long pass) {
    var exchange = settings.exchange();
    int workers = exchange.inRounds() ? exchange.workers() : 1;
    int own = exchange.inRounds() ? shareOf(workers, executors) : 1;
    int microShards =
        exchange.inRounds()
            ? settings.microShards() / workers
            : shareOf(settings.microShards(), executors);
    int sharing = Math.min(threads, microShards);
    int moments = settings.optim().method() == OptimizerSettings.Method.SGD ? 0 : 2;
    // In rounds: velocity and the weights of the worker at work; what each of its workers moved;
    // and of each of these, and of those of the executor before it, the moments before and after.
    int kept = executors == 1 ? own : Math.min(workers, 2 * own);
    long optimizer = exchange.inRounds() ? 2 + own + kept * 2L * moments : moments;
    return new TrainingMemory(
        sharing,
        BASE,
        Float.BYTES * (trained + frozen),
        Float.BYTES * trained * optimizer,
        Float.BYTES * trained * numBuffers(microShards, sharing),
        pass * sharing);
  }

  /** The largest of the shares, which differ by one at most. */
  private static int shareOf(int all, int executors) {
    return (all + executors - 1) / executors;
  }

  /**
   * The same on a GPU.
   *
   * @param context what CUDA takes of its memory before there is a tensor
   */
  public TrainingMemory onGpu(long context) {
    return new TrainingMemory(threads, context, weights, optimizer, gradients, passes);
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
