package ai.echogen.scoring.metrics;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Where the fixtures lie: below the system property {@code echogen.fixtures}, else in the tests.
 */
final class Fixtures {
  private Fixtures() {}

  static Path folder(String name) {
    var root = System.getProperty("echogen.fixtures");
    if (root != null) {
      return Path.of(root, name);
    }
    URL resource = Objects.requireNonNull(Fixtures.class.getResource("/fixtures/" + name), name);
    try {
      return Path.of(resource.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
