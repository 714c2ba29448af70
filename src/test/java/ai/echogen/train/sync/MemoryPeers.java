package ai.echogen.train.sync;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/** Replicas that are threads of one JVM, for tests. */
public final class MemoryPeers implements Peers {
  private final int rank;
  private final int size;
  private final ConcurrentHashMap<String, ByteBuffer> blocks;

  /** The most bytes that waited for one to take them, since a test last set it to 0. */
  public static final AtomicLong MOST_WAITING = new AtomicLong();

  private MemoryPeers(int rank, int size, ConcurrentHashMap<String, ByteBuffer> blocks) {
    this.rank = rank;
    this.size = size;
    this.blocks = blocks;
  }

  /** What one replica does. */
  public interface Part<T> {
    T run(Peers peers) throws Exception;
  }

  /** Runs all replicas at once; their results by rank. */
  public static <T> List<T> together(int size, Part<T> part) {
    var blocks = new ConcurrentHashMap<String, ByteBuffer>();
    var pool = Executors.newFixedThreadPool(size);
    try {
      var futures = new ArrayList<Future<T>>();
      for (int rank = 0; rank < size; rank++) {
        var peers = size == 1 ? Peers.ALONE : new MemoryPeers(rank, size, blocks);
        Callable<T> run = () -> part.run(peers);
        futures.add(pool.submit(run));
      }
      var results = new ArrayList<T>();
      for (var future : futures) {
        results.add(future.get());
      }
      if (!blocks.isEmpty()) {
        throw new AssertionError("nobody took " + blocks.keySet());
      }
      return results;
    } catch (ExecutionException | InterruptedException e) {
      throw new AssertionError(e);
    } finally {
      pool.shutdownNow();
    }
  }

  @Override
  public int rank() {
    return rank;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocateDirect(bytes);
  }

  @Override
  public void post(List<Integer> to, String name, ByteBuffer content) {
    for (int other : to) {
      var copy = ByteBuffer.allocateDirect(content.capacity());
      copy.put(content.duplicate().clear()).flip();
      if (blocks.put(rank + ">" + other + ":" + name, copy) != null) {
        throw new AssertionError(name + " was posted twice");
      }
      long waiting = blocks.values().stream().mapToLong(ByteBuffer::capacity).sum();
      MOST_WAITING.accumulateAndGet(waiting, Math::max);
    }
  }

  @Override
  public <T> T take(int from, String name, Reader<T> reader) throws InterruptedException {
    while (true) {
      var found = blocks.remove(from + ">" + rank + ":" + name);
      if (found != null) {
        return reader.read(found);
      }
      Thread.sleep(1);
    }
  }
}
