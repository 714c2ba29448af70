package ai.echogen.scoring.benchmarks;

import java.io.IOException;
import java.io.Serializable;
import java.util.List;

/** Some cases, always the same, which a task reads from where they lie. */
public interface CaseSource extends Serializable {
  /** Reads them, in their order. */
  List<Case> read() throws IOException;
}
