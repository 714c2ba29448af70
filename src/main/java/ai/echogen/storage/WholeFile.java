package ai.echogen.storage;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that are there whole or not at all: written beside their place, then moved. */
public final class WholeFile {
  private WholeFile() {}

  public static void write(Path file, byte[] bytes) {
    try {
      var part =
          file.resolveSibling("." + file.getFileName() + "." + ProcessHandle.current().pid());
      makeFolder(file);
      try {
        Files.write(part, bytes);
        Files.move(part, file, ATOMIC_MOVE, REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": " + e.getMessage(), e);
    }
  }

  /** Makes the folder that a file will lie in. */
  public static void makeFolder(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().normalize().resolveSibling(""));
  }
}
