package ai.echogen.train.sync;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * Direct memory that is used again and again: every step sends blocks of the same few sizes, and
 * new memory is cleared and given back at a cost.
 */
final class Buffers {
  private static final long MOST_KEPT = 64L << 20; // bytes

  private final Map<Integer, Deque<ByteBuffer>> kept = new HashMap<>();
  private long numKept;

  /** Memory of just that many bytes, with whatever is in it. */
  synchronized ByteBuffer lend(int bytes) {
    var free = kept.get(bytes);
    if (free == null || free.isEmpty()) {
      return ByteBuffer.allocateDirect(bytes);
    }
    numKept -= bytes;
    return free.pop();
  }

  /** Takes memory back that nobody reads or writes any more. */
  synchronized void takeBack(ByteBuffer buffer) {
    if (numKept + buffer.capacity() <= MOST_KEPT) {
      numKept += buffer.capacity();
      kept.computeIfAbsent(buffer.capacity(), bytes -> new ArrayDeque<>()).push(buffer.clear());
    }
  }
}
