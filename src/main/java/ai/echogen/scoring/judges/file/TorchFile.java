package ai.echogen.scoring.judges.file;

import ai.echogen.storage.FileContent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** Looks at a TorchScript file before libtorch opens it. */
final class TorchFile {
  private TorchFile() {}

  /**
   * Fails unless a file is a ZIP archive with TorchScript code in it.
   *
   * @throws IllegalArgumentException saying what it is instead, where that can be told
   */
  static void check(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      FileContent.mistaken(in.readNBytes(FileContent.BYTES))
          .ifPresent(
              what -> {
                throw new IllegalArgumentException(file + ": is " + what);
              });
    }
    try (var archive = new ZipFile(file.toFile())) {
      if (archive.stream().noneMatch(entry -> entry.getName().contains("/code/"))) {
        throw new IllegalArgumentException(
            file
                + ": holds weights without code, as torch.save writes them; export TorchScript with"
                + " torch.jit.trace(model, example).save(file)");
      }
    } catch (ZipException e) {
      throw new IllegalArgumentException(
          "%s: is no TorchScript file, or is cut short (%s)".formatted(file, e.getMessage()), e);
    }
  }
}
