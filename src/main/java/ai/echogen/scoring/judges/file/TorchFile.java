package ai.echogen.scoring.judges.file;

import ai.echogen.storage.FileContent;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Locale;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** Looks at a TorchScript file before libtorch opens it, which compares no checksum. */
final class TorchFile {
  private static final int BUFFER = 1 << 16;
  private static final long MOST_UNPACKED = 256 << 20; // bytes: code is packed, weights are not

  private TorchFile() {}

  /**
   * Fails unless a file is a whole ZIP archive with TorchScript code in it.
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
      checkEntries(archive, file);
    } catch (ZipException | EOFException e) { // of one that ends within its directory
      throw new IllegalArgumentException(
          "%s: is no TorchScript file, or is cut short (%s)"
              .formatted(file, Objects.requireNonNullElse(e.getMessage(), "it ends early")),
          e);
    }
  }

  private static void checkEntries(ZipFile archive, Path file) throws IOException {
    long unpacked = 0;
    for (var entry : Collections.list(archive.entries())) {
      unpacked += entry.getMethod() == ZipEntry.STORED ? 0 : Math.max(0, entry.getSize());
      if (unpacked > MOST_UNPACKED) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%s: what is packed in it has more than %,d bytes unpacked; save it with"
                    + " torch.jit.save, which packs code alone",
                file,
                MOST_UNPACKED));
      }
      if (!isWhole(archive, entry)) {
        throw new IllegalArgumentException(
            "%s: is damaged: its part %s is not as it was written"
                .formatted(file, Output.cut(entry.getName())));
      }
    }
  }

  private static boolean isWhole(ZipFile archive, ZipEntry entry) throws IOException {
    var checksum = new CRC32();
    var buffer = new byte[BUFFER];
    long size = 0;
    try (var in = archive.getInputStream(entry)) {
      for (int n = in.read(buffer); n >= 0 && size <= entry.getSize(); n = in.read(buffer)) {
        checksum.update(buffer, 0, n);
        size += n;
      }
    } catch (ZipException | EOFException e) {
      return false;
    }
    return size == entry.getSize() && checksum.getValue() == entry.getCrc();
  }
}
