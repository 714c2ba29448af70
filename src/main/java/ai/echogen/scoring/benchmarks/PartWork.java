package ai.echogen.scoring.benchmarks;

import java.io.IOException;
import java.io.Serializable;
import java.util.Iterator;

/** What a task does: some cases, always the same, judged. */
public interface PartWork extends Serializable {
  /** Judges them, in their order; the same to the bit whenever it is asked. */
  Iterator<Judged> judge() throws IOException;
}
