package ai.echogen.scoring.judges.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A network that gives back its input shows what was put in. */
class FeaturesFromFileTest {
  @TempDir Path directory;
  private JudgeFolder folder;

  @BeforeEach
  void setUp() {
    folder = new JudgeFolder(directory);
  }

  @Test
  void channelsLayoutAndNormalisationAreAsDescribed() throws IOException {
    folder.with(
        new OnnxModel()
            .input("images", OnnxModel.FLOAT, 1, 1, 2, 3)
            .node("Flatten", List.of("images"), "features")
            .output("features", OnnxModel.FLOAT, 1, 6));
    describe(
        6,
        """
        {"width": 2, "height": 1, "resize": "squash", "interpolation": "bilinear",
         "channels": "bgr", "type": "float32", "divisor": 100, "mean": [1, 0.5, 0],
         "std": [0.5, 1, 2], "layout": "nhwc"}\
        """);
    var image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, 100 << 16 | 150 << 8 | 200);
    image.setRGB(1, 0, 0);

    // blue (200 / 100 - 0) / 2, green (1.5 - 0.5) / 1, red (1 - 1) / 0.5; then of black
    assertThat(features(image)).containsExactly(new double[] {1, 1, 0, 0, -0.5, -2}, within(1e-6));
  }

  @Test
  void wholeLevelsGoInAsTheyArePaddedAndWithWhiteForWhatIsTransparent() throws IOException {
    folder.with(
        new OnnxModel()
            .input("images", OnnxModel.UINT8, 1, 3, 2, 2)
            .node("Cast", List.of("images"), "levels", toFloat())
            .node("Flatten", List.of("levels"), "features")
            .output("features", OnnxModel.FLOAT, 1, 12));
    describe(
        12,
        """
        {"name": "images", "width": 2, "height": 2, "resize": "letterbox-top-left",
         "interpolation": "area", "pad": 114, "channels": "rgb", "type": "uint8", "divisor": 1,
         "mean": [0, 0, 0], "std": [1, 1, 1], "layout": "nchw"}\
        """);
    var image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(0, 0, 0xFFFF8001);
    image.setRGB(1, 0, 0x00123456);

    assertThat(features(image))
        .containsExactly(255, 255, 114, 114, 128, 255, 114, 114, 1, 255, 114, 114);
  }

  private static OnnxModel.Message toFloat() {
    return new OnnxModel.Message().text(1, "to").number(3, OnnxModel.FLOAT).number(20, 2);
  }

  @Test
  void resizesAsTheInterpolationSays() throws IOException {
    folder.with(
        new OnnxModel()
            .input("images", OnnxModel.FLOAT, 1, 3, 1, 2)
            .node("Flatten", List.of("images"), "features")
            .output("features", OnnxModel.FLOAT, 1, 6));
    var image = new BufferedImage(4, 1, BufferedImage.TYPE_INT_RGB);
    for (int x = 0; x < 4; x++) {
      image.setRGB(x, 0, 70 * x << 16);
    }
    var input =
        """
        {"width": 2, "height": 1, "resize": "squash", "interpolation": "%s", "channels": "rgb",
         "type": "float32", "divisor": 1, "mean": [0, 0, 0], "std": [1, 1, 1], "layout": "nchw"}\
        """;

    describe(6, input.formatted("bilinear"));
    assertThat(features(image)).containsExactly(new double[] {35, 175, 0, 0, 0, 0}, within(1e-4));
    describe(6, input.formatted("bilinear-antialiased"));
    assertThat(features(image)).containsExactly(new double[] {50, 160, 0, 0, 0, 0}, within(1e-4));
  }

  @Test
  void aCropShowsTheMiddle() throws IOException {
    folder.with(
        new OnnxModel()
            .input("images", OnnxModel.FLOAT, 1, 3, 1, 1)
            .node("Flatten", List.of("images"), "features")
            .output("features", OnnxModel.FLOAT, 1, 3));
    describe(3, JudgeFolder.squash(1, 1).replace("squash", "crop"));
    var image = new BufferedImage(3, 1, BufferedImage.TYPE_INT_RGB);
    image.setRGB(1, 0, 0xFF0000);

    assertThat(features(image)).containsExactly(1, 0, 0);
  }

  @Test
  void trailingOnesDoNotCountAndAnotherDimensionDoes() throws IOException {
    var image = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
    folder.with(
        new OnnxModel()
            .input("images", OnnxModel.FLOAT, 1, 3, 1, 1)
            .node("Identity", List.of("images"), "features")
            .output("features", OnnxModel.FLOAT, 1, 3, 1, 1));
    describe(3, JudgeFolder.squash(1, 1));
    assertThat(features(image)).hasSize(3);

    describe(2048, JudgeFolder.squash(1, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> features(image))
        .withMessageContaining(
            "tiny.onnx: its output features is 1 × 3 × 1 × 1; the judge's dimension is 2048");
  }

  @Test
  void manyTasksShareOneAndGetTheSameBits() throws Exception {
    var weights = new float[3 * 8 * 8 * 5];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) Math.sin(i);
    }
    folder.with(
        new OnnxModel()
            .input("images", OnnxModel.FLOAT, 1, 3, 8, 8)
            .floats("w", weights, 3 * 8 * 8, 5)
            .node("Flatten", List.of("images"), "flat")
            .node("MatMul", List.of("flat", "w"), "features")
            .output("features", OnnxModel.FLOAT, 1, 5));
    describe(5, JudgeFolder.squash(8, 8));
    var image = new BufferedImage(13, 9, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 13 * 9; i++) {
      image.setRGB(i % 13, i / 13, i * 0x020304);
    }
    var file = folder.read();
    var first = features(image);
    var threads = Executors.newFixedThreadPool(4);
    try (var held = JudgePool.leaseFeatures(file)) {
      var works = new ArrayList<Callable<double[][]>>();
      for (int i = 0; i < 40; i++) {
        works.add(
            () -> {
              try (var lease = JudgePool.leaseFeatures(file)) {
                assertThat(lease.value()).isSameAs(held.value());
                return lease.value().features(List.of(image, image));
              }
            });
      }
      for (var result : threads.invokeAll(works)) {
        assertThat(result.get()).isEqualTo(new double[][] {first, first});
      }
    } finally {
      threads.shutdown();
    }
  }

  private void describe(int dimension, String input) {
    folder.describedBy(
        String.format(
            Locale.ROOT,
            """
            {"kind": "features", "name": "tiny", "model": "tiny.onnx", "input": %s,
             "output": {"tensor": "features", "dimension": %d}}\
            """,
            input,
            dimension));
  }

  private double[] features(BufferedImage image) throws IOException {
    try (var lease = JudgePool.leaseFeatures(folder.read())) {
      return lease.value().features(List.of(image))[0];
    }
  }
}
