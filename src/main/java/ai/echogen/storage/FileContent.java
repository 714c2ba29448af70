package ai.echogen.storage;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Files that are not what their name says. */
public final class FileContent {
  /** So many first bytes are enough to look at. */
  public static final int BYTES = 64;

  private static final String LFS = "version https://git-lfs.github.com/spec/";

  private FileContent() {}

  /** What a file is in place of itself, and the way out; empty if it may be what it should be. */
  public static Optional<String> mistaken(byte[] start) {
    if (start.length >= 2 && (start[0] & 0xFF) == 0x1F && (start[1] & 0xFF) == 0x8B) {
      return Optional.of("compressed with gzip: unpack it with gunzip");
    }
    var text = new String(start, 0, Math.min(BYTES, start.length), StandardCharsets.ISO_8859_1);
    return text.startsWith(LFS)
        ? Optional.of("a Git LFS pointer: run git lfs pull")
        : Optional.empty();
  }
}
