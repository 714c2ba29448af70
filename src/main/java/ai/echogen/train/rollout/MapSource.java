package ai.echogen.train.rollout;

import ai.djl.Device;
import ai.echogen.objectives.Objective;
import java.io.IOException;
import java.io.Serializable;

/**
 * Opens the same work in any JVM.
 *
 * @param <S> a sample of the objective that is trained
 * @param <P> an item
 * @param <R> what becomes of an item
 */
public interface MapSource<S, P, R> extends Serializable {
  /** Names the work: what was opened is kept for the next phase of that name. */
  String key();

  /**
   * New work, closed when the replica is.
   *
   * @param objective the one that is trained here; kept and closed by the caller
   * @param device where the weights lie
   */
  MapPhase<P, R> open(Objective<S> objective, Device device) throws IOException;
}
