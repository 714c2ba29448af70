package ai.echogen.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileSystem;

/**
 * A directory that appears whole or not at all: written beside its place under a name of its own,
 * then moved by {@link #publish}; {@link #close} removes what was not published. What a process
 * that was killed left there is removed by the next that writes the same directory.
 *
 * <p>One that is {@linkplain #resumable resumable} stays instead, and the next that makes the same
 * goes on with it.
 */
public final class StagedDirectory implements AutoCloseable {
  private static final String PARTIAL = ".partial-";
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
    isResumed = work.exists();
    work.makeDirectories();
    lease = DirectoryLease.takeFile(work.beside(LEASE), target, "a job that makes " + target);
    if (!isKept) {
      files.deleteOnExit(work.path()); // an interrupted run leaves nothing either
      files.deleteOnExit(work.beside(LEASE).path());
    }
  }

  private static void removeAbandoned(Location target, Location mine) throws IOException {
    var folder = target.parent();
    if (folder.isEmpty() || !folder.get().exists()) {
      return;
    }
    var partial = "(?:" + Pattern.quote(PARTIAL) + "\\p{XDigit}{8})+"; // one may be made in another
    var lease =
        Pattern.compile(
            "\\.(" + Pattern.quote(target.name()) + partial + ")" + Pattern.quote(LEASE));
    for (var beside : target.files().listStatus(folder.get().path())) {
      var name = lease.matcher(beside.getPath().getName());
      if (name.matches()
          && !name.group(1).equals(mine.name())
          && DirectoryLease.isAbandoned(folder.get().child(name.group()))) {
        folder.get().child(name.group(1)).delete();
        folder.get().child(name.group()).delete();
      }
    }
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
    work.moveTo(target);
    isKept = true;
  }

  @Override
  public void close() throws IOException {
    if (!isKept) {
      remove();
    }
    lease.close();
    files.cancelDeleteOnExit(work.path());
    files.cancelDeleteOnExit(work.beside(LEASE).path());
  }

  /** Until it stays away: tasks of a job that failed may still be writing, and make it again. */
  private void remove() throws IOException {
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
   * Fails unless a directory can be written: it does not exist, or is empty, and the folder that it
   * lies in, where it is made under another name, can be written to.
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
      if (!entries.isEmpty()) {
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
