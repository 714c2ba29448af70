package ai.echogen.train.cluster;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/** The replicas of this JVM, by their runs; they stay for the tasks to come. */
final class Replicas {
  /** A replica; who trains it has locked it. */
  record Kept(Replica<?> replica, ReentrantLock lock) {}

  private static final Map<String, Kept> KEPT = new HashMap<>();

  private Replicas() {}

  static synchronized Optional<Kept> of(String run) {
    return Optional.ofNullable(KEPT.get(run));
  }

  static synchronized Kept put(String run, Replica<?> replica) {
    var kept = new Kept(replica, new ReentrantLock());
    KEPT.put(run, kept);
    return kept;
  }

  /** Forgets a replica, which the caller closes. */
  static synchronized void forget(Replica<?> replica) {
    KEPT.values().removeIf(kept -> kept.replica() == replica);
  }

  static synchronized Set<String> runs() {
    return Set.copyOf(KEPT.keySet());
  }

  /** Closes the replicas of runs that are over, but for those that are worked on. */
  static synchronized void keepOnly(Set<String> living) {
    for (var run : List.copyOf(KEPT.keySet())) {
      var kept = KEPT.get(run);
      if (!living.contains(run) && kept != null && kept.lock().tryLock()) {
        try {
          KEPT.remove(run);
          kept.replica().close();
        } finally {
          kept.lock().unlock();
        }
      }
    }
  }
}
