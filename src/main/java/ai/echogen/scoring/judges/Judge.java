package ai.echogen.scoring.judges;

import java.util.SortedMap;

/** What looks at pictures and is not our model. Safe for use by many threads. */
public interface Judge {
  /**
   * Everything that decides what it says, for the row of a result: its rules and thresholds, and
   * the SHA-256 of its files.
   */
  SortedMap<String, String> describe();
}
