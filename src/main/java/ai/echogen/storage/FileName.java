package ai.echogen.storage;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Names of files that are made from data: the one place where a text becomes a part of a path. */
public final class FileName {
  private static final int LONGEST = 200; // bytes; most file systems take 255

  private FileName() {}

  /**
   * A text, but for bytes that a file's name should not have: these become %XX. So it names a file
   * of its directory, is not hidden, and two texts of up to 66 bytes never have the same name;
   * longer ones are cut and keep a part of their SHA-256.
   */
  public static String of(String text) {
    var name = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      boolean plain =
          b >= 'a' && b <= 'z'
              || b >= 'A' && b <= 'Z'
              || b >= '0' && b <= '9'
              || b == '-'
              || b == '_'
              || b == '.' && !name.isEmpty(); // no hidden files
      name.append(
          plain ? String.valueOf((char) b) : String.format(Locale.ROOT, "%%%02X", b & 0xFF));
    }
    if (name.length() <= LONGEST) {
      return name.isEmpty() ? "%" : name.toString();
    }
    var digest = LocalFiles.newSha256().digest(text.getBytes(StandardCharsets.UTF_8));
    var end = new StringBuilder("-");
    for (int i = 0; i < 8; i++) {
      end.append(String.format(Locale.ROOT, "%02x", digest[i] & 0xFF));
    }
    return name.substring(0, LONGEST - end.length()) + end;
  }
}
