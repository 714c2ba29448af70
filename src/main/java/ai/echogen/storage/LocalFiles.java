package ai.echogen.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Locale;

/** What is done with files of this machine. */
public final class LocalFiles {
  private static final int MOST_SMALL = 64_000_000; // bytes: far beyond any JSON that is read whole

  private LocalFiles() {}

  /**
   * The content of a small file, such as a configuration. What is read whole must have an end: a
   * pipe may never come to one, nor a device.
   *
   * @throws IllegalArgumentException naming what is no regular file, or too large
   */
  public static byte[] readSmall(Path file) throws IOException {
    var attributes = Files.readAttributes(file, BasicFileAttributes.class);
    if (!attributes.isRegularFile()) {
      throw new IllegalArgumentException(
          file + ": must be a regular file" + (attributes.isDirectory() ? ", is a directory" : ""));
    }
    if (attributes.size() > MOST_SMALL) {
      throw tooLarge(file);
    }
    try (var in = Files.newInputStream(file)) {
      var bytes = in.readNBytes(MOST_SMALL + 1); // it may have grown, or not tell its size
      if (bytes.length > MOST_SMALL) {
        throw tooLarge(file);
      }
      return bytes;
    }
  }

  private static IllegalArgumentException tooLarge(Path file) {
    return new IllegalArgumentException(
        String.format(Locale.ROOT, "%s: must have at most %,d bytes", file, MOST_SMALL));
  }

  /** Removes a file or a directory with all that is in it. */
  public static void delete(Path path) throws IOException {
    try (var paths = Files.walk(path)) {
      for (var each : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    }
  }

  /** SHA-256 of a file, in hexadecimal. */
  public static String sha256(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return sha256(in);
    }
  }

  static String sha256(InputStream in) throws IOException {
    var digest = newSha256();
    var buffer = new byte[1 << 16];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      digest.update(buffer, 0, n);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** A SHA-256 to be fed. */
  public static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
