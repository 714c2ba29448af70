package ai.echogen.data;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Splits by name: an image is held out or not by the hash of its name, whatever else there is. */
public final class HashSplit {
  private HashSplit() {}

  /** {@code test} for a share of the names, else {@code train}. */
  public static String of(String name, double testShare) {
    try {
      var digest =
          MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
      var uniform = (ByteBuffer.wrap(digest).getLong() >>> 11) * 0x1.0p-53; // in [0, 1)
      return uniform < testShare ? "test" : "train";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
