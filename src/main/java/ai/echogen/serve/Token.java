package ai.echogen.serve;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.echogen.storage.LocalFiles;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;

/** What a client must show where the studio is not for this machine alone. */
public final class Token {
  private static final int BYTES = 24; // of a random one
  private static final int MOST_BYTES = 1000; // of a file
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{16,200}");

  private final String text;

  private Token(String text) {
    this.text = text;
  }

  /** One that nobody can guess. */
  public static Token random() {
    var bytes = new byte[BYTES];
    new SecureRandom().nextBytes(bytes);
    return new Token(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  /**
   * The one in a file, alone on its line.
   *
   * @throws IllegalArgumentException naming the file, and never what is in it, if it holds none
   */
  public static Token read(Location file) throws IOException {
    if (file.isDirectory("tokenFile") || file.status().getLen() > MOST_BYTES) {
      throw unusable(file);
    }
    var text = new String(file.read(), UTF_8).strip();
    if (!FORM.matcher(text).matches()) {
      throw unusable(file);
    }
    return new Token(text);
  }

  private static IllegalArgumentException unusable(Location file) {
    return new IllegalArgumentException(
        ("tokenFile=%s: must be a file with 16 to 200 letters, digits, - or _ and nothing else; "
                + "make one with: openssl rand -hex 24")
            .formatted(file));
  }

  /** Whether a text is this; it takes as long whatever the text has in common with it. */
  boolean isIn(String given) {
    return MessageDigest.isEqual(digest(given), digest(text));
  }

  private static byte[] digest(String text) {
    return LocalFiles.newSha256().digest(text.getBytes(UTF_8));
  }

  /** For the one line that tells it, and for the cookie. */
  public String text() {
    return text;
  }

  /** Nothing of it. */
  @Override
  public String toString() {
    return "Token";
  }
}
