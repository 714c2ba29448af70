package ai.echogen.engine;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.function.Predicate;

/**
 * How replicas come from one state to the next, together: after every step ({@link Synchronous}) or
 * after a round of steps ({@link Rounds}).
 *
 * <p>The state lies in {@link Shelves}. Each has a key, and the step that it stands at.
 */
sealed interface Exchange extends AutoCloseable permits Synchronous, Rounds {
  /**
   * Some of the state.
   *
   * @param names what each tensor is called; the weights are {@code weights}
   * @param tensors flat (P) each, or empty
   */
  record Shelf(String key, long step, List<String> names, List<NDArray> tensors) {}

  /**
   * What came of it.
   *
   * @param regroup whether newcomers wait
   * @param diverged whether there were too many steps in a row without a finite gradient
   */
  record Outcome(List<StepRecord> records, boolean regroup, boolean diverged) {}

  /**
   * Trains until after the next exchange.
   *
   * @param regroup whether this replica knows of newcomers
   */
  Outcome advance(Peers peers, boolean regroup) throws GenerationOver, InterruptedException;

  /** The step that is next. */
  long step();

  /** Everything that is here and whole, old and new. */
  List<Shelf> shelves();

  /** A shelf to be filled; it stands nowhere until {@link #filled}. */
  Shelf open(String key);

  /** Says at which step a shelf stands that was filled. */
  void filled(String key, long step);

  /** Drops what does not stand at {@code step} or need not be kept, and goes on from there. */
  void settle(long step, int skippedInRow, Predicate<String> kept);

  /** Bytes of gradients or moves sent since the last call. */
  long takeBytesSent();

  /** Steps in a row, up to now, without a finite gradient. */
  int skippedInRow();

  @Override
  void close();
}
