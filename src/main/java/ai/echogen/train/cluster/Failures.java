package ai.echogen.train.cluster;

import ai.echogen.train.cluster.Protocol.Failed;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What has gone wrong since something new was done, and whether it is too much to go on. */
final class Failures {
  private static final int MOST = 4; // of all kinds
  private static final int MOST_BREAKS = 8;

  private final Map<String, Integer> counts = new HashMap<>();
  private int number;
  private int breaks;
  private @Nullable Failed last;
  private @Nullable Failed fatal;

  /** What went wrong before has passed. */
  void passed() {
    counts.clear();
    number = 0;
    breaks = 0;
  }

  /** Something went wrong in a task: once may be the machine's fault. */
  void add(Failed failed) {
    last = failed;
    number++;
    if (counts.merge(failed.what(), 1, Integer::sum) > 1 || number > MOST) {
      fatal = failed;
    }
  }

  /** A member could not reach another. */
  void addBreak(String run, String why) {
    if (++breaks > MOST_BREAKS) {
      var what =
          "executors do not reach each other (%s): give them more memory with spark.executor.memory, or open their ports"
              .formatted(why);
      fatal = new Failed(run, what, "");
    }
  }

  /** The weights are nowhere, and there is no checkpoint to read them from. */
  void addLoss(String run) {
    var why = last == null ? "the executors that trained are gone" : last.what();
    fatal =
        new Failed(
            run,
            "the weights are lost and there is no checkpoint: " + why,
            last == null ? "" : last.stack());
  }

  /** Why training cannot go on, if it cannot. */
  Optional<Failed> fatal() {
    return Optional.ofNullable(fatal);
  }
}
