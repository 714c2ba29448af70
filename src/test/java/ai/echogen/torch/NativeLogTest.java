package ai.echogen.torch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class NativeLogTest {
  /** A processor without NNPACK would be told of here. */
  @Test
  void aConvolutionSaysNothingOfTheProcessor() throws IOException, InterruptedException {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var path = System.getProperty("java.class.path");
    var builder =
        new ProcessBuilder(
            List.of(java, "-Dai.djl.offline=true", "-cp", path, Main.class.getName()));
    builder.environment().put("TORCH_CPP_LOG_LEVEL", "ERROR");
    var process = builder.redirectErrorStream(true).start();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).contains("32768.0").doesNotContain("NNPACK");
  }

  /** One that NNPACK would make: of one thread, a batch of 16 and a kernel of 1. */
  static final class Main {
    public static void main(String[] args) {
      Tensors.setThreadsPerTask(1);
      try (var manager = Tensors.cpu()) {
        var images = manager.ones(new Shape(16, 8, 16, 16));
        var kernel = manager.ones(new Shape(1, 8, 1, 1));
        System.out.println(Conv2d.conv2d(images, kernel).singletonOrThrow().sum().getFloat());
      }
    }
  }
}
