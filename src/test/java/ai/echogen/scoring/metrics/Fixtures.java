package ai.echogen.scoring.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.torch.safetensors.SafetensorsFile;
import ai.echogen.torch.safetensors.SafetensorsType;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Reads the fixtures, which lie below the system property {@code echogen.fixtures}, else in the
 * tests.
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

  /** A tensor of float64 with one or two dimensions, as rows. */
  static double[][] rows(SafetensorsFile file, String name) throws IOException {
    var shape = file.tensor(name).shape();
    int length = Math.toIntExact(shape.get(shape.size() - 1));
    int count = shape.size() == 1 ? 1 : Math.toIntExact(shape.get(0));
    assertThat(file.tensor(name).type()).isEqualTo(SafetensorsType.F64);
    var values = file.read(name).asDoubleBuffer();
    var rows = new double[count][length];
    for (var row : rows) {
      values.get(row);
    }
    return rows;
  }
}
