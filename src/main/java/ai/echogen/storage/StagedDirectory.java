package ai.echogen.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.echogen.storage.DirectoryLease.Owner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileSystem;

/**
 * A directory that appears whole or not at all: written beside its place under a name of its own,
 * then moved by {@link #publish}; {@link #close} removes what was not published. What a process
 * that was killed left there is removed by the next that writes the same directory.
 *
 * <p>Where a rename does not move a directory at once, as on an object store, it is moved piece by
 * piece ({@link Publication}), and one whose process died meanwhile is refused by {@link
 * #requireFinished} until the next has made it again.
 *
 * <p>One that is {@linkplain #resumable resumable} stays instead, and the next that makes the same
 * goes on with it.
 */
public final class StagedDirectory implements AutoCloseable {
  static final String PARTIAL = ".partial-";
  private static final String LEASE = ".lease";
  private static final int KEY_LETTERS = 8;
  private static final int LOOKS = 250;
  private static final int QUIET_LOOKS = 10;
  private static final int LOOK_MILLIS = 20;

  private final FileSystem files;
  private final Location target;
  private final Location work;
  private final DirectoryLease lease;
  private final boolean isResumed;
  private boolean isKept;
  private boolean isHalfMoved;

  /**
   * Makes the directory to write in.
   *
   * @throws IllegalArgumentException unless the target does not exist or is empty
   */
  public StagedDirectory(Location target) throws IOException {
    this(target, UUID.randomUUID().toString().substring(0, KEY_LETTERS), false);
  }

  /**
   * Makes one that is not lost with its process, or goes on with it.
   *
   * @param made what is made, of what and how: only the same is gone on with
   * @throws IllegalArgumentException if another process that lives makes the same, or unless the
   *     target does not exist or is empty
   */
  public static StagedDirectory resumable(Location target, String made) throws IOException {
    var key = HexFormat.of().formatHex(LocalFiles.newSha256().digest(made.getBytes(UTF_8)));
    return new StagedDirectory(target, key.substring(0, KEY_LETTERS), true);
  }

  private StagedDirectory(Location target, String key, boolean isKept) throws IOException {
    this.target = target;
    this.isKept = isKept;
    requireFree(target);
    work = Location.of(target.uri() + PARTIAL + key);
    removeAbandoned(target, work);
    files = work.files();
    isResumed = work.exists() || unfinished(target).equals(Optional.of(work.name()));
    for (var folder : target.parent().stream().toList()) {
      folder.makeDirectories();
    }
    lease = DirectoryLease.takeFile(lease(work), target, "a job that makes " + target);
    work.makeDirectories(); // what lies here without a lease is nobody's
    removeUnfinished();
    if (!isKept) {
      files.deleteOnExit(work.path()); // an interrupted run leaves nothing either
      files.deleteOnExit(lease(work).path());
    }
  }

  private static Location lease(Location work) {
    return work.beside(LEASE);
  }

  private static void removeAbandoned(Location target, Location mine) throws IOException {
    var folder = target.parent();
    if (folder.isEmpty() || !folder.get().exists()) {
      return;
    }
    var partial = "(?:" + Pattern.quote(PARTIAL) + "\\p{XDigit}{8})+"; // one may be made in another
    var begun =
        Pattern.compile(
            "(\\.)?("
                + Pattern.quote(target.name())
                + partial
                + ")("
                + Pattern.quote(LEASE)
                + ")?");
    var found = new TreeSet<String>();
    for (var beside : target.files().listStatus(folder.get().path())) {
      var name = begun.matcher(beside.getPath().getName());
      if (name.matches() && (name.group(1) == null) == (name.group(3) == null)) {
        found.add(name.group(2)); // of a directory, and of its lease
      }
    }
    found.remove(mine.name());
    for (var name : found) {
      var other = folder.get().child(name);
      if (!lease(other).exists() || DirectoryLease.isAbandoned(lease(other))) {
        other.delete();
        lease(other).delete();
      }
    }
  }

  /** What a process that died had moved to the target goes back, or away. */
  private void removeUnfinished() throws IOException {
    var left = unfinished(target);
    if (left.isEmpty()) {
      return;
    }
    if (left.get().equals(work.name())) {
      Publication.takeBack(target, work);
    } else if (publisher(target, left.get()).isEmpty()) {
      target.delete();
    }
  }

  /** Who is moving a directory to its place, and lives. */
  private static Optional<Owner> publisher(Location target, String work) throws IOException {
    var folder = target.parent();
    return folder.isEmpty()
        ? Optional.empty()
        : DirectoryLease.holder(lease(folder.get().child(work)));
  }

  /** Under which name the rest lies of what was begun here, and not copied from elsewhere. */
  private static Optional<String> unfinished(Location target) throws IOException {
    return Publication.unfinished(target).filter(work -> work.startsWith(target.name() + PARTIAL));
  }

  /** Whether an earlier process began it. */
  public boolean isResumed() {
    return isResumed;
  }

  /** Has {@link #close} remove it: to go on with it would lead to the same end. */
  public void discard() {
    isKept = false;
  }

  /** Where to write. */
  public Location place() {
    return work;
  }

  /** Writes files of this machine. */
  public interface Writer {
    void write(Path folder) throws IOException;
  }

  /** Has a writer of local files fill the directory, by way of the local disk if need be. */
  public void fill(Writer writer) throws IOException {
    if (work.isLocal()) {
      writer.write(work.local());
      return;
    }
    var folder = Files.createTempDirectory("echogen-staged");
    try {
      writer.write(folder);
      work.put(folder);
    } finally {
      LocalFiles.delete(folder);
    }
  }

  /** Moves everything to its place. */
  public void publish() throws IOException {
    lease.requireHeld();
    files.delete(target.path(), false); // it is empty, or is not there
    if (target.kind() == StoreKind.FILES) {
      work.moveTo(target);
    } else {
      isHalfMoved = true;
      Publication.move(work, target);
      isHalfMoved = false;
    }
    isKept = true;
  }

  @Override
  public void close() throws IOException {
    if (!isKept) {
      remove();
    }
    lease.close();
    files.cancelDeleteOnExit(work.path());
    files.cancelDeleteOnExit(lease(work).path());
  }

  /** Until it stays away: tasks of a job that failed may still be writing, and make it again. */
  private void remove() throws IOException {
    if (isHalfMoved) {
      target.delete();
    }
    int quiet = 0;
    for (int i = 0; i < LOOKS && quiet < QUIET_LOOKS; i++) {
      quiet = files.exists(work.path()) ? 0 : quiet + 1;
      files.delete(work.path(), true);
      try {
        Thread.sleep(LOOK_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /**
   * Fails where a directory is being moved to its place, or its process died while it did that.
   *
   * @throws IllegalArgumentException naming the process, or the way out
   */
  public static void requireFinished(Location directory) throws IOException {
    var rest = Publication.unfinished(directory);
    if (rest.isPresent()) {
      requireDead(directory, rest.get());
      throw new IllegalArgumentException(
          directory
              + ": is not whole: the job that made it was stopped at its end; run that again");
    }
  }

  private static void requireDead(Location target, String work) throws IOException {
    var publisher = publisher(target, work);
    if (publisher.isPresent()) {
      throw new IllegalArgumentException(
          "%s: is being moved to its place by %s; wait for it".formatted(target, publisher.get()));
    }
  }

  /**
   * Fails unless a directory can be written: it does not exist, is empty, or was left {@linkplain
   * #requireFinished unfinished} by a process that is dead; and the folder that it lies in, where
   * it is made under another name, can be written to.
   */
  public static void requireFree(Location target) {
    target
        .parent()
        .flatMap(Location::obstacle)
        .ifPresent(
            what -> {
              throw new IllegalArgumentException(
                  "%s: cannot be made (%s, where it is made under another name first); give another out="
                      .formatted(target, what));
            });
    try {
      var entries = target.list();
      var rest = entries.isEmpty() ? Optional.<String>empty() : unfinished(target);
      if (rest.isPresent()) {
        requireDead(target, rest.get());
      } else if (!entries.isEmpty()) {
        throw new IllegalArgumentException(
            "%s: already holds %s%s; give another directory, or remove this one first"
                .formatted(
                    target,
                    entries.get(0).getPath().getName(),
                    entries.size() > 1
                        ? String.format(Locale.ROOT, " and %d more", entries.size() - 1)
                        : ""));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(target + ": " + e.getMessage(), e);
    }
  }
}
