package ai.echogen.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts what is dropped by reason, and remembers the first examples of each. */
public final class DropTally {
  private static final class Entry {
    private long count;
    private final List<String> examples = new ArrayList<>();
  }

  private final Map<String, Entry> entries = new TreeMap<>();

  public void add(String reason, String what) {
    var entry = entries.computeIfAbsent(reason, r -> new Entry());
    entry.count++;
    if (entry.examples.size() < Dropped.MAX_EXAMPLES) {
      entry.examples.add(what);
    }
  }

  /** The counts so far, in the order of the reasons. */
  public List<Dropped> dropped() {
    return entries.entrySet().stream()
        .map(e -> new Dropped(e.getKey(), e.getValue().count, e.getValue().examples))
        .toList();
  }
}
