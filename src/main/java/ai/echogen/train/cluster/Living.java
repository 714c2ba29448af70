package ai.echogen.train.cluster;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The runs of this driver that may go on: what executors keep for others is not needed. */
final class Living {
  private static final Set<String> RUNS = ConcurrentHashMap.newKeySet();

  private Living() {}

  static void add(String run) {
    RUNS.add(run);
  }

  static void remove(String run) {
    RUNS.remove(run);
  }

  static Set<String> runs() {
    return Set.copyOf(RUNS);
  }
}
