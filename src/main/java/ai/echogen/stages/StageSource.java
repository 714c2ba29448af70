package ai.echogen.stages;

import java.io.IOException;
import java.io.Serializable;

/** Opens the same stage in any JVM, from what can be sent there. */
public interface StageSource<S> extends Serializable {
  /** A new stage, which the caller closes with all that it holds. */
  Stage<S> open() throws IOException;
}
