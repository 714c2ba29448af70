package ai.echogen.data.feed;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;

/**
 * Reads in the order of an {@link EpochOrder}: holds, for each lane that is asked for, the pool of
 * the last step and the one after it, which a thread of its own reads ahead.
 */
final class PooledReader<S> implements FeedReader<S> {
  /** Most bytes of the pools of all lanes together. */
  static final long MEMORY = 256L << 20;

  private static final int POOLS_A_LANE = 2;

  /** Of all lanes together: more are hardly better shuffled, but the first step waits for them. */
  private static final int MAX_POOL_ROWS = 1 << 15;

  private final Batching batching;
  private final EpochOrder order;
  private final RowSource<S> source;
  private final ToIntFunction<S> length;
  private final List<Lane> lanes = new ArrayList<>();
  private final ThreadPoolExecutor ahead;
  private volatile boolean isClosed;

  private PooledReader(
      Batching batching, EpochOrder order, RowSource<S> source, ToIntFunction<S> length) {
    this.batching = batching;
    this.order = order;
    this.source = source;
    this.length = length;
    for (int lane = 0; lane < batching.microShards(); lane++) {
      lanes.add(new Lane(lane));
    }
    ahead =
        new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> {
              var thread = new Thread(work, "reads samples ahead");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * A reader of {@code rows} rows, which closes their source. The order depends on {@code
   * sampleBytes} and {@code memory}, because they decide how many samples are shuffled at once.
   *
   * @param sampleBytes that a sample takes in memory, about
   * @param memory bytes that may be held; all samples are kept if they are not more
   */
  static <S> PooledReader<S> open(
      Batching batching,
      long rows,
      RowSource<S> source,
      ToIntFunction<S> length,
      int sampleBytes,
      long memory) {
    var order = order(batching, rows, sampleBytes, memory);
    boolean fits = rows <= memory / sampleBytes;
    return new PooledReader<>(
        batching, order, fits ? new KeptRows<>(source, order) : source, length);
  }

  /** The order of {@link #open}: fails where that would. */
  static EpochOrder order(Batching batching, long rows, int sampleBytes, long memory) {
    long held = memory / POOLS_A_LANE / sampleBytes;
    return new EpochOrder(rows, batching, Math.min(held, MAX_POOL_ROWS));
  }

  @Override
  public List<S> read(long step, int microShard) throws IOException {
    if (isClosed) {
      throw new IllegalStateException("this reader of samples is closed");
    }
    var samples = lanes.get(microShard).samples(order.pool(step));
    int size = batching.size(microShard);
    int from = order.placeInPool(step) * size;
    return List.copyOf(samples.subList(from, from + size));
  }

  @Override
  public void close() {
    isClosed = true;
    ahead.getQueue().clear();
    ahead.shutdown(); // not interrupted: what is read now may hold native memory
    var interrupted = false;
    while (true) {
      try {
        if (ahead.awaitTermination(1, TimeUnit.SECONDS)) {
          break;
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    source.close();
  }

  private List<S> load(long pool, int lane) throws IOException {
    var samples = new ArrayList<S>();
    for (var rows : order.rows(pool, lane)) {
      if (isClosed) {
        throw new IOException("closed while samples were read");
      }
      samples.addAll(source.read(rows.from(), rows.to()));
    }
    var places = order.order(pool, lane, samples.stream().mapToInt(length).toArray());
    var ordered = new ArrayList<S>(places.length);
    for (int place : places) {
      ordered.add(samples.get(place));
    }
    return ordered;
  }

  /** The micro-shards of one number. */
  private final class Lane {
    private final int number;
    private final Map<Long, FutureTask<List<S>>> pools = new HashMap<>();

    Lane(int number) {
      this.number = number;
    }

    List<S> samples(long pool) throws IOException {
      FutureTask<List<S>> current;
      synchronized (this) {
        pools.keySet().removeIf(other -> other != pool && other != pool + 1);
        current = pools.computeIfAbsent(pool, this::task);
      }
      current.run(); // does nothing if it was read ahead; waits for nobody if it is still queued
      var samples = result(current, pool);
      synchronized (this) {
        if (pools.containsKey(pool) && !pools.containsKey(pool + 1) && !isClosed) {
          var next = task(pool + 1);
          pools.put(pool + 1, next);
          ahead.execute(next);
        }
      }
      return samples;
    }

    private FutureTask<List<S>> task(long pool) {
      return new FutureTask<>(() -> load(pool, number));
    }

    private List<S> result(FutureTask<List<S>> task, long pool) throws IOException {
      try {
        return task.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while samples were read");
      } catch (ExecutionException e) {
        synchronized (this) {
          pools.remove(pool, task); // whoever asks again reads again
        }
        throw failure(e);
      }
    }
  }

  /** The failure of a read, perhaps on another thread, as one of this thread. */
  private static IOException failure(ExecutionException failed) {
    var cause = failed.getCause();
    if (cause instanceof IllegalArgumentException) {
      throw new IllegalArgumentException(cause.getMessage(), cause);
    }
    if (cause instanceof UncheckedIOException || cause instanceof IOException) {
      return new IOException(cause.getMessage(), cause);
    }
    throw new IllegalStateException("could not read samples: " + failed.getMessage(), cause);
  }
}
