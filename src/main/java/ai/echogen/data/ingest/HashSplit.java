package ai.echogen.data.ingest;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Splits by name: an image is held out or not by the hash of its name, whatever else there is. */
public final class HashSplit {
  private HashSplit() {}

  /** {@code test} for a share of the names, else {@code train}. */
  public static String of(String name, double testShare) {
    return uniform(name) < testShare ? "test" : "train";
  }

  /** A number in [0, 1) that is a function of the name alone. */
  public static double uniform(String name) {
    try {
      var digest =
          MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
      return (ByteBuffer.wrap(digest).getLong() >>> 11) * 0x1.0p-53;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
