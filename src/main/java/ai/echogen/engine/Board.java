package ai.echogen.engine;

import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Shares the work of one JVM's tasks: phases in order, each cut into units that any task may take.
 *
 * <p>A phase begins when every unit of the one before it is done. Any number of tasks makes
 * progress, one included, so tasks may start late, end early or run twice; no result depends on who
 * did what.
 */
final class Board {
  /** Work that may run at once, unit by unit. */
  interface Phase {
    int units();

    void run(int unit) throws Exception;
  }

  private final Supplier<Optional<Phase>> phases;
  private @Nullable Phase phase;
  private int taken;
  private int done;
  private boolean ended;
  private @Nullable Throwable failure;

  /**
   * @param phases gives the next phase once the one before it is done, and nothing at the end; runs
   *     on one task's thread
   */
  Board(Supplier<Optional<Phase>> phases) {
    this.phases = phases;
  }

  /** Takes units until the last phase is done. Throws what the first failed unit threw. */
  void work() throws Exception {
    while (true) {
      Phase current;
      int unit;
      synchronized (this) {
        if (phase == null && !ended && failure == null) {
          advance();
        }
        while (failure == null && !ended && (phase == null || taken >= phase.units())) {
          wait();
        }
        if (failure != null) {
          throw new IllegalStateException("training stopped: " + failure.getMessage(), failure);
        }
        if (ended || phase == null) {
          return;
        }
        current = phase;
        unit = taken++;
      }
      attempt(
          () -> {
            current.run(unit);
            return null;
          });
      synchronized (this) {
        if (++done == current.units()) {
          attempt(
              () -> {
                advance();
                return null;
              });
        }
      }
    }
  }

  private void advance() {
    do {
      var next = phases.get();
      phase = next.orElse(null);
      ended = next.isEmpty();
      taken = 0;
      done = 0;
    } while (phase != null && phase.units() == 0);
    notifyAll();
  }

  private void attempt(Callable<?> work) throws Exception {
    try {
      work.call();
    } catch (Exception | Error e) {
      synchronized (this) {
        if (failure == null) {
          failure = e;
        }
        notifyAll();
      }
      throw e;
    }
  }
}
