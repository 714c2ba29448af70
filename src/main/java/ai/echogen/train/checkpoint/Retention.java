package ai.echogen.train.checkpoint;

import ai.echogen.storage.Location;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Which checkpoints are this run's, so that nothing else is counted or removed: what only looks
 * like one of them gets another name.
 */
final class Retention {
  private static final Pattern NAME = Pattern.compile("step-\\d{8,18}"); // more are no long
  private static final String ASIDE = "set-aside-";

  private final Location directory;
  private final PrintStream console;
  private final NavigableMap<Long, Location> own = new TreeMap<>();
  private long pinned = -1;

  Retention(Location directory, PrintStream console) {
    this.directory = directory;
    this.console = console;
  }

  static String name(long step) {
    return String.format(Locale.ROOT, "step-%08d", step);
  }

  /** Directories with a checkpoint's name, the newest first. */
  List<Location> newestFirst() throws IOException {
    return newestFirst(directory);
  }

  /** The same of any directory. */
  static List<Location> newestFirst(Location directory) throws IOException {
    var names = new TreeMap<Long, Location>();
    for (var entry : directory.list()) {
      var name = entry.getPath().getName();
      if (entry.isDirectory() && NAME.matcher(name).matches()) {
        names.put(Long.parseLong(name.substring("step-".length())), directory.child(name));
      }
    }
    return List.copyOf(names.descendingMap().values());
  }

  /** Counts a checkpoint as this run's. */
  void add(long step) {
    own.put(step, directory.child(name(step)));
  }

  boolean has(long step) {
    return own.containsKey(step);
  }

  /** Keeps a checkpoint as long as no other is pinned. */
  void pin(long step) {
    pinned = step;
  }

  /** Renames whatever has a checkpoint's name and is not of this run. */
  void setOthersAside() throws IOException {
    for (var checkpoint : newestFirst()) {
      if (!own.containsValue(checkpoint)) {
        var aside =
            directory.child(
                ASIDE + checkpoint.name() + "-" + UUID.randomUUID().toString().substring(0, 8));
        console.printf(
            "%s is not whole or of another run: set aside as %s%n", checkpoint, aside.name());
        checkpoint.moveTo(aside);
      }
    }
  }

  /** Removes this run's oldest checkpoints beyond so many, but never the pinned one. */
  void removeOldest(int keep) throws IOException {
    var steps = List.copyOf(own.keySet());
    for (long step : steps.subList(0, Math.max(0, steps.size() - keep))) {
      var checkpoint = own.get(step);
      if (checkpoint != null && step != pinned) {
        checkpoint.delete();
        own.remove(step);
      }
    }
  }
}
