package ai.echogen.scoring.judges.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.image.Picture;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * Against values of PyTorch's {@code interpolate(mode="bilinear", align_corners=False)} and of
 * Pillow's {@code resize} of an image of mode F, which rounds nothing.
 */
class ResamplerTest {
  @Test
  void bilinearIsThatOfPyTorch() {
    assertRed(
        Interpolation.BILINEAR,
        4,
        3,
        33.5417,
        98.2917,
        163.0417,
        174.4583,
        131.8750,
        196.6250,
        37.3750,
        70.1250,
        166.2083,
        113.6250,
        103.7083,
        168.4583);
    assertRed(
        Interpolation.BILINEAR,
        9,
        2,
        44.2500,
        68.9167,
        97.6944,
        126.4722,
        155.2500,
        184.0278,
        212.8056,
        177.5833,
        74.2500,
        191.7500,
        173.7500,
        181.1944,
        167.3055,
        46.7500,
        75.5278,
        104.3056,
        133.0833,
        157.7500);
  }

  @Test
  void antialiasedKernelsAreThoseOfPillow() {
    assertRed(
        Interpolation.BILINEAR_ANTIALIASED,
        4,
        3,
        44.6667,
        102.2457,
        170.3257,
        170.4354,
        137.3810,
        179.0311,
        103.7511,
        91.7090,
        160.4354,
        110.6686,
        99.7543,
        157.3333);
    assertRed(
        Interpolation.BILINEAR_ANTIALIASED,
        9,
        2,
        59.0000,
        83.6667,
        112.4444,
        138.6364,
        158.3636,
        141.8889,
        157.7374,
        151.6061,
        106.4545,
        177.0000,
        147.3636,
        148.9899,
        154.4949,
        101.8182,
        85.3434,
        101.1919,
        126.0909,
        143.0000);
    assertRed(
        Interpolation.BICUBIC_ANTIALIASED,
        4,
        3,
        35.3704,
        100.0663,
        178.3066,
        172.9861,
        139.4850,
        193.4862,
        101.4501,
        82.2933,
        167.1459,
        105.3805,
        91.3254,
        162.7941);
    assertRed(
        Interpolation.BICUBIC_ANTIALIASED,
        9,
        2,
        48.4193,
        78.4485,
        112.9617,
        140.6574,
        162.0947,
        140.1169,
        162.2953,
        155.1412,
        102.1211,
        187.9048,
        147.6190,
        149.7819,
        161.4571,
        101.1949,
        77.3171,
        94.6098,
        126.0420,
        144.8398);
  }

  @Test
  void areasAreThoseOfTheProductsOwnScaling() {
    for (int[] size : new int[][] {{4, 3}, {3, 5}, {9, 11}, {1, 1}, {7, 5}}) {
      var planes = draw(Interpolation.AREA, size[0], size[1]);
      var scaled = Picture.of(image()).scaled(size[0], size[1]);
      for (int i = 0; i < size[0] * size[1]; i++) {
        for (int channel = 0; channel < 3; channel++) {
          assertThat((double) planes[channel * size[0] * size[1] + i])
              .isEqualTo(scaled.argb()[i] >> (16 - 8 * channel) & 0xFF, within(0.5001));
        }
      }
    }
  }

  @Test
  void aCubicDoesNotLeaveTheLevels() {
    var image = new BufferedImage(8, 1, BufferedImage.TYPE_INT_RGB);
    for (int x = 4; x < 8; x++) {
      image.setRGB(x, 0, 0xFFFFFF);
    }
    var planes =
        new Resampler(Interpolation.BICUBIC_ANTIALIASED, new Placement(20, 1, 0, 0), 20, 1)
            .draw(image, 0);

    assertThat(planes).contains(0f).contains(255f);
    for (float level : planes) {
      assertThat(level).isBetween(0f, 255f);
    }
  }

  private static void assertRed(Interpolation kind, int width, int height, double... expected) {
    var red = Arrays.copyOf(draw(kind, width, height), width * height);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) red[i]).as("value %d", i).isEqualTo(expected[i], within(2e-4));
    }
  }

  private static float[] draw(Interpolation kind, int width, int height) {
    return new Resampler(kind, new Placement(width, height, 0, 0), width, height).draw(image(), 0);
  }

  /** 7 × 5 pixels; red is {@code (37 x + 59 y) % 256}. */
  private static BufferedImage image() {
    var image = new BufferedImage(7, 5, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 5; y++) {
      for (int x = 0; x < 7; x++) {
        int red = (37 * x + 59 * y) % 256;
        image.setRGB(x, y, red << 16 | (red * 3 % 256) << 8 | (255 - red));
      }
    }
    return image;
  }
}
