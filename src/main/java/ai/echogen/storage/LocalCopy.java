package ai.echogen.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A file, or a directory of files, as it can be opened on this machine: itself, or a copy from
 * another file system, which {@link #close} removes.
 *
 * @param path where it is
 */
public record LocalCopy(Path path, boolean isCopy) implements AutoCloseable {
  /**
   * Fetches a file, or a directory of files, unless it is on this machine.
   *
   * @throws IllegalArgumentException if it is a directory that is not finished
   */
  public static LocalCopy of(Location location) throws IOException {
    return location.isLocal()
        ? new LocalCopy(location.local(), false)
        : fetched(location, location::get);
  }

  /** The same of a directory of which only some files are needed, if they are there. */
  public static LocalCopy of(Location directory, List<String> names) throws IOException {
    if (directory.isLocal()) {
      return new LocalCopy(directory.local(), false);
    }
    return fetched(
        directory,
        copy -> {
          Files.createDirectory(copy);
          for (var name : names) {
            if (directory.child(name).exists()) {
              directory.child(name).get(copy.resolve(name));
            }
          }
        });
  }

  private interface Fetch {
    void into(Path copy) throws IOException;
  }

  private static LocalCopy fetched(Location location, Fetch fetch) throws IOException {
    StagedDirectory.requireFinished(location);
    var folder = Files.createTempDirectory("echogen-copy");
    try {
      var copy = folder.resolve(location.name());
      fetch.into(copy);
      return new LocalCopy(copy, true);
    } catch (IOException | RuntimeException e) {
      LocalFiles.delete(folder);
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    if (isCopy) {
      LocalFiles.delete(path.resolveSibling("")); // the folder that was made for it
    }
  }
}
