package ai.echogen.train.cluster;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The items of a map phase on the driver: who works on which, and what became of them. */
final class MapQueue {
  private final Deque<Integer> waiting = new ArrayDeque<>();
  private final Map<Integer, Long> claims = new HashMap<>();
  private final byte[] @Nullable [] results;
  private int numDone;

  MapQueue(int size) {
    results = new byte[size][];
    for (int item = 0; item < size; item++) {
      waiting.add(item);
    }
  }

  /** Items for a task, the first that nobody has. */
  List<Integer> claim(long task, int most) {
    var items = new ArrayList<Integer>();
    while (items.size() < most && !waiting.isEmpty()) {
      int item = waiting.remove();
      claims.put(item, task);
      items.add(item);
    }
    return items;
  }

  /** Keeps a result; one that is there already is the same. */
  void put(int item, byte[] result) {
    claims.remove(item);
    if (results[item] == null) {
      results[item] = result;
      numDone++;
      waiting.remove((Integer) item);
    }
  }

  /** A task is gone: others do what it had. */
  void release(long task) {
    claims.entrySet().stream()
        .filter(claim -> claim.getValue() == task)
        .map(Map.Entry::getKey)
        .sorted()
        .toList()
        .forEach(
            item -> {
              claims.remove(item);
              waiting.addFirst(item);
            });
  }

  boolean isDone() {
    return numDone == results.length;
  }

  /** The results in the order of the items. */
  List<byte[]> results() {
    if (!isDone()) {
      throw new IllegalStateException(
          String.format(Locale.ROOT, "%d of %d items are done", numDone, results.length));
    }
    return List.of(results);
  }
}
