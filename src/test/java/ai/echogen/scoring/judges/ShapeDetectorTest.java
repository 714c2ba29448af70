package ai.echogen.scoring.judges;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.data.CounterRandom;
import ai.echogen.data.synth.SceneSplit;
import ai.echogen.data.synth.ShapeFamily;
import ai.echogen.data.synth.ShapeScenes;
import ai.echogen.scoring.metrics.Detection;
import ai.echogen.scoring.metrics.LayoutObedience;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShapeDetectorTest {
  private static final long SEED = 20;
  private static final int SCENES = 200;

  @ParameterizedTest
  @CsvSource({
    "TEST, 64, 0.97",
    "TEST_ATTRIBUTES, 64, 0.97",
    "TEST, 128, 0.97",
    "TEST_ATTRIBUTES, 96, 0.97",
  })
  void readsItsOwnScenesBack(SceneSplit split, int size, double ap50) {
    var scores = scores(split, size, UnaryOperator.identity());
    assertThat(scores.get("ap50")).as(scores.toString()).isGreaterThanOrEqualTo(ap50);
    assertThat(scores.get("mean_iou")).isGreaterThan(0.9);
    assertThat(scores.get("detections_per_truth")).isBetween(0.97, 1.03);
  }

  /** As a tokenizer decodes them: soft edges, shifted colours, noise. */
  @ParameterizedTest
  @CsvSource({"TEST, 64, 0.95", "TEST_ATTRIBUTES, 64, 0.9"})
  void standsBlurNoiseAndShiftedColors(SceneSplit split, int size, double ap50) {
    var scores = scores(split, size, ShapeDetectorTest::degraded);
    assertThat(scores.get("ap50")).as(scores.toString()).isGreaterThanOrEqualTo(ap50);
    assertThat(scores.get("detections_per_truth")).isBetween(0.9, 1.1);
  }

  @Test
  void readsAScaledSceneInTheSamePlace() {
    var scene = new ShapeScenes(SEED, 64, 0).render(SceneSplit.TEST, 2);
    var large = new BufferedImage(192, 192, BufferedImage.TYPE_INT_RGB);
    large.createGraphics().drawImage(scene.image(), 0, 0, 192, 192, null);
    var obedience = new LayoutObedience();
    obedience.add(scene.layout(), new ShapeDetector(ShapeFamily.NAMED).detect(large));
    assertThat(obedience.scores().get("ap75")).isGreaterThan(0.999);
  }

  @Test
  void seesNothingInEmptyPicturesOfAnyTone() {
    var detector = new ShapeDetector(ShapeFamily.NAMED);
    for (var tone : new Color[] {Color.WHITE, new Color(228, 236, 240)}) {
      var image = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
      var graphics = image.createGraphics();
      graphics.setColor(tone);
      graphics.fillRect(0, 0, 64, 64);
      assertThat(detector.detect(image)).isEmpty();
      graphics.setColor(Color.RED);
      graphics.fillRect(20, 20, 3, 3); // a speck, not an object
      assertThat(detector.detect(image)).isEmpty();
    }
  }

  @Test
  void choosesAmongTheClassesOfItsFamilySurestFirst() {
    var image = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
    var graphics = image.createGraphics();
    graphics.setColor(new Color(240, 240, 240));
    graphics.fillRect(0, 0, 64, 64);
    graphics.setColor(new Color(220, 40, 40));
    graphics.fillOval(4, 4, 20, 20); // no named class is a red circle; a brick is nearest
    graphics.setColor(new Color(50, 80, 220));
    graphics.fillRect(32, 32, 20, 20);
    assertThat(new ShapeDetector(ShapeFamily.NAMED).detect(image))
        .extracting(Detection::category)
        .containsExactly("book", "brick");
    assertThat(new ShapeDetector(ShapeFamily.ATTRIBUTES).detect(image))
        .extracting(Detection::category)
        .containsExactlyInAnyOrder("blue square", "red circle");
  }

  private static Map<String, Double> scores(
      SceneSplit split, int size, UnaryOperator<BufferedImage> change) {
    var family = split == SceneSplit.TEST_ATTRIBUTES ? ShapeFamily.ATTRIBUTES : ShapeFamily.NAMED;
    var detector = new ShapeDetector(family);
    var scenes = new ShapeScenes(SEED, size, 0);
    var obedience = new LayoutObedience();
    for (var index = 0; index < SCENES; index++) {
      var scene = scenes.render(split, index);
      obedience.add(scene.layout(), detector.detect(change.apply(scene.image())));
    }
    return obedience.scores();
  }

  /** Two passes of a 3 × 3 mean, a shift of each channel by up to 8, noise of deviation 5. */
  private static BufferedImage degraded(BufferedImage image) {
    var random = CounterRandom.of(image.getRGB(0, 0), image.getRGB(9, 9));
    var blurred = blurred(blurred(image));
    var shift = new double[3];
    for (var c = 0; c < 3; c++) {
      shift[c] = random.nextDouble(-8, 8);
    }
    for (var y = 0; y < blurred.getHeight(); y++) {
      for (var x = 0; x < blurred.getWidth(); x++) {
        var rgb = 0;
        for (var c = 0; c < 3; c++) {
          var value =
              (blurred.getRGB(x, y) >> (16 - 8 * c) & 0xFF) + shift[c] + 5 * random.nextGaussian();
          rgb = rgb << 8 | (int) Math.max(0, Math.min(255, Math.round(value)));
        }
        blurred.setRGB(x, y, rgb);
      }
    }
    return blurred;
  }

  private static BufferedImage blurred(BufferedImage image) {
    var width = image.getWidth();
    var height = image.getHeight();
    var result = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (var y = 0; y < height; y++) {
      for (var x = 0; x < width; x++) {
        var rgb = 0;
        for (var shift = 16; shift >= 0; shift -= 8) {
          var sum = 0;
          for (var i = 0; i < 9; i++) {
            var nx = Math.max(0, Math.min(width - 1, x + i % 3 - 1));
            var ny = Math.max(0, Math.min(height - 1, y + i / 3 - 1));
            sum += image.getRGB(nx, ny) >> shift & 0xFF;
          }
          rgb = rgb << 8 | sum / 9;
        }
        result.setRGB(x, y, rgb);
      }
    }
    return result;
  }
}
