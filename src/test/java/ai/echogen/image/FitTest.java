package ai.echogen.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.layout.Box;
import java.awt.Color;
import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FitTest {
  /** A red rectangle on white must be found where its box says, whatever the shapes. */
  @ParameterizedTest
  @CsvSource({
    "SQUASH, 400, 200, 64",
    "SQUASH, 50, 30, 64",
    "CROP, 400, 200, 64",
    "CROP, 200, 500, 64",
    "CROP, 300, 300, 100",
    "CROP, 30, 50, 64",
    "SQUASH, 1000, 900, 48",
  })
  void pixelsAndBoxesMoveTogether(Fit fit, int width, int height, int size) {
    var box = new Box(0.3f, 0.35f, 0.6f, 0.7f);
    var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
    var graphics = image.createGraphics();
    graphics.setColor(Color.RED);
    graphics.fillRect(
        Math.round(box.x0() * width),
        Math.round(box.y0() * height),
        Math.round((box.x1() - box.x0()) * width),
        Math.round((box.y1() - box.y0()) * height));
    graphics.dispose();

    var square = fit.image(image, size);

    var moved = fit.box(box, width, height).orElseThrow();
    assertThat(square.getWidth()).isEqualTo(size);
    assertThat(square.getHeight()).isEqualTo(size);
    assertThat(moved.iou(redBox(square))).isGreaterThan(0.8);
    assertThat(new Color(square.getRGB(0, 0))).isEqualTo(Color.WHITE);
  }

  @Test
  void cropClipsABoxAtTheCutAndLosesOneBeyondIt() {
    var clipped = Fit.CROP.box(new Box(0, 0.2f, 0.5f, 0.4f), 200, 100).orElseThrow();

    assertThat(clipped.x0()).isZero();
    assertThat(clipped.x1()).isCloseTo(0.5f, within(1e-6f));
    assertThat(clipped.y1()).isCloseTo(0.4f, within(1e-6f));
    assertThat(Fit.CROP.box(new Box(0, 0, 0.2f, 1), 200, 100)).isEmpty();
  }

  private static Box redBox(BufferedImage image) {
    int x0 = image.getWidth();
    int y0 = x0;
    var x1 = 0;
    var y1 = 0;
    for (var y = 0; y < image.getHeight(); y++) {
      for (var x = 0; x < image.getWidth(); x++) {
        if (new Color(image.getRGB(x, y)).getGreen() < 128) {
          x0 = Math.min(x0, x);
          y0 = Math.min(y0, y);
          x1 = Math.max(x1, x + 1);
          y1 = Math.max(y1, y + 1);
        }
      }
    }
    var side = (float) image.getWidth();
    return new Box(x0 / side, y0 / side, x1 / side, y1 / side);
  }
}
