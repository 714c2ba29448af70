package ai.echogen.data.feed;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 of values, in hexadecimal. */
final class Fingerprint {
  private Fingerprint() {}

  static String of(Iterable<?> values) {
    try (var digested =
            new DigestOutputStream(
                OutputStream.nullOutputStream(), MessageDigest.getInstance("SHA-256"));
        var out = new ObjectOutputStream(digested)) {
      for (var value : values) {
        out.writeObject(value);
        out.reset(); // or it would keep every value
      }
      out.flush();
      return HexFormat.of().formatHex(digested.getMessageDigest().digest());
    } catch (IOException e) {
      throw new UncheckedIOException("could not name samples: " + e.getMessage(), e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
