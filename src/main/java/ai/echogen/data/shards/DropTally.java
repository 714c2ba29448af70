package ai.echogen.data.shards;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Counts what is dropped by reason, and remembers the first examples of each in alphabetical order:
 * the result does not depend on the order of adding and merging.
 */
public final class DropTally implements Serializable {
  private static final long serialVersionUID = 1;

  private static final class Entry implements Serializable {
    private static final long serialVersionUID = 1;

    private long count;
    private final TreeSet<String> examples = new TreeSet<>();

    private void add(long more, Iterable<String> what) {
      count += more;
      for (var example : what) {
        if (!example.isEmpty()) {
          examples.add(example);
        }
        if (examples.size() > Dropped.MAX_EXAMPLES) {
          examples.pollLast();
        }
      }
    }
  }

  private final TreeMap<String, Entry> entries = new TreeMap<>();

  /** Counts one. */
  public void add(String reason, String what) {
    entry(reason).add(1, List.of(what));
  }

  /** Counts all that another has counted. */
  public void add(DropTally other) {
    for (Map.Entry<String, Entry> e : other.entries.entrySet()) {
      entry(e.getKey()).add(e.getValue().count, e.getValue().examples);
    }
  }

  /** The counts so far, in the order of the reasons. */
  public List<Dropped> dropped() {
    return entries.entrySet().stream()
        .map(e -> new Dropped(e.getKey(), e.getValue().count, List.copyOf(e.getValue().examples)))
        .toList();
  }

  private Entry entry(String reason) {
    return entries.computeIfAbsent(reason, r -> new Entry());
  }
}
