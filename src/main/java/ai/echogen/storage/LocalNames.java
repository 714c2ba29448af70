package ai.echogen.storage;

import java.nio.charset.Charset;

/**
 * Names of files as this JVM gives them to the operating system: in the encoding of the locale that
 * it was started in. What the encoding lacks becomes a question mark, and the file another one.
 */
final class LocalNames {
  private static final Charset ENCODING =
      Charset.forName(System.getProperty("sun.jnu.encoding", Charset.defaultCharset().name()));

  private LocalNames() {}

  static void require(String name) {
    require(name, ENCODING);
  }

  static void require(String name, Charset encoding) {
    if (!name.chars().allMatch(c -> c < 0x80) && !encoding.newEncoder().canEncode(name)) {
      throw new UnnameableException(
          "%s: the locale of this process (%s) cannot name this file; set LC_ALL=C.UTF-8 in the environment"
              .formatted(name, encoding));
    }
  }
}
