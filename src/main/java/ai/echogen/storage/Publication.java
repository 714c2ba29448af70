package ai.echogen.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;

/**
 * How a directory comes to its place where no rename moves it at once: piece by piece, while a file
 * {@code .unfinished} in it says that it is not whole. Directories come first, and JSON, which says
 * what the other files are, last: who does not know that file finds no manifest either.
 *
 * <p>The mark holds the name of the directory beside it where the rest lies. A process that dies
 * between the first and the last piece leaves it, and the next one that makes the directory {@link
 * #takeBack takes the pieces back}, or removes them.
 */
final class Publication {
  private static final String MARK = ".unfinished";
  private static final int MOST_BYTES = 1000; // of a name
  private static final Pattern WORK_NAME =
      Pattern.compile(
          "[^/\\p{Cntrl}]+" + Pattern.quote(StagedDirectory.PARTIAL) + "\\p{XDigit}{8}");

  private Publication() {}

  /** Directories, then files, then those whose content is about the others. */
  static int rank(boolean isDirectory, String name) {
    if (isDirectory) {
      return 0;
    }
    return name.endsWith(".json") ? 2 : 1;
  }

  /**
   * Moves what is in a directory to a free place beside it. It is done when the mark is removed,
   * which is the last thing.
   *
   * @param work is gone in the end
   */
  static void move(Location work, Location target) throws IOException {
    target.makeDirectories();
    target.child(MARK).write(work.name().getBytes(UTF_8));
    merge(work, target);
    work.delete();
    target.child(MARK).delete();
  }

  /** Undoes a {@link #move} that did not come to its end: all is in {@code work} again. */
  static void takeBack(Location target, Location work) throws IOException {
    work.makeDirectories();
    for (var entry : inOrder(target)) {
      if (!entry.getPath().getName().equals(MARK)) {
        bring(entry, target, work);
      }
    }
    target.delete();
  }

  private static void merge(Location from, Location to) throws IOException {
    for (var entry : inOrder(from)) {
      bring(entry, from, to);
    }
  }

  private static List<FileStatus> inOrder(Location directory) throws IOException {
    var byRank =
        Comparator.<FileStatus>comparingInt(
            entry -> rank(entry.isDirectory(), entry.getPath().getName()));
    return directory.list().stream().sorted(byRank).toList();
  }

  /**
   * Of a file that is in both, one is a copy: whoever was stopped had not yet removed the other.
   */
  private static void bring(FileStatus entry, Location from, Location to) throws IOException {
    var source = from.child(entry.getPath().getName());
    var target = to.child(entry.getPath().getName());
    if (!target.exists()) {
      source.moveTo(target);
      return;
    }
    if (entry.isDirectory()) {
      merge(source, target);
    }
    source.delete();
  }

  /**
   * The name of the directory where the rest lies of one that was not moved to its end; empty if it
   * is whole. A file of another's that has the name of the mark is none.
   */
  static Optional<String> unfinished(Location target) throws IOException {
    try {
      if (!target.status().isDirectory()) {
        return Optional.empty();
      }
      try (var in = target.child(MARK).open()) {
        var name = new String(in.readNBytes(MOST_BYTES), UTF_8);
        return Optional.of(name).filter(work -> WORK_NAME.matcher(work).matches());
      }
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }
}
