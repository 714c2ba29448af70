package ai.echogen.objectives;

import java.io.IOException;
import java.io.Serializable;

/** Opens the same objective in any JVM, from what can be sent there. */
public interface ObjectiveSource<S> extends Serializable {
  /** A new objective, which the caller closes with all that it holds. */
  Objective<S> open() throws IOException;
}
