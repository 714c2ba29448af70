package ai.echogen.deploy;

import java.util.regex.Pattern;

/** Names of settings and variables whose values are secrets. */
public final class SecretNames {
  private static final Pattern SECRET =
      Pattern.compile(
          "password|secret|access.?key|credential|(?<!\\p{L})token(?!\\p{L})",
          Pattern.CASE_INSENSITIVE);

  private SecretNames() {}

  /** Whether a value of this name is a secret, and not the file that holds one. */
  public static boolean has(String name) {
    return SECRET.matcher(name).find() && !name.endsWith(".file");
  }
}
