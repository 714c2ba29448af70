package ai.echogen.storage;

import java.io.IOException;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A directory that appears whole or not at all: written beside its place under a name of its own,
 * then moved by {@link #publish}; {@link #close} removes what was not published.
 */
public final class StagedDirectory implements AutoCloseable {
  private final FileSystem files;
  private final Path target;
  private final Path work;

  /**
   * Makes the directory to write in.
   *
   * @throws IllegalArgumentException unless the target does not exist or is empty
   */
  public StagedDirectory(String target, Configuration hadoop) throws IOException {
    var path = new Path(target);
    files = path.getFileSystem(hadoop);
    this.target = files.makeQualified(path);
    requireFree(files, this.target);
    work = this.target.suffix(".partial-" + UUID.randomUUID().toString().substring(0, 8));
    files.mkdirs(work);
    files.deleteOnExit(work); // an interrupted run leaves nothing either
  }

  /** Where to write. */
  public Path path() {
    return work;
  }

  /** Writes one file whole into the directory; also from an executor that knows its path. */
  public static void write(Path file, byte[] bytes, Configuration hadoop) throws IOException {
    try (var out = Storage.plain(file, hadoop).create(file, true)) {
      out.write(bytes);
    }
  }

  /** Moves everything to its place. */
  public void publish() throws IOException {
    files.delete(target, false); // it is empty, or is not there
    if (!files.rename(work, target)) {
      throw new IOException("could not rename " + work + " to " + target);
    }
  }

  @Override
  public void close() throws IOException {
    files.delete(work, true);
    files.cancelDeleteOnExit(work);
  }

  public static void requireFree(FileSystem files, Path target) throws IOException {
    if (!files.exists(target)) {
      return;
    }
    var entries = files.listStatus(target);
    if (entries.length > 0) {
      throw new IllegalArgumentException(
          "%s: already holds %s%s; give another directory, or remove this one first"
              .formatted(
                  target,
                  entries[0].getPath().getName(),
                  entries.length > 1 ? " and %d more".formatted(entries.length - 1) : ""));
    }
  }
}
