package ai.echogen.objectives;

import ai.djl.Device;
import java.io.IOException;
import java.io.Serializable;

/** Opens the same objective in any JVM, from what can be sent there. */
public interface ObjectiveSource<S> extends Serializable {
  /**
   * A new objective, which the caller closes with all that it holds.
   *
   * @param device where the weights will lie, and so what is frozen beside them
   */
  Objective<S> open(Device device) throws IOException;
}
