package ai.echogen.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever training sees and whatever a model is shown later goes through one scaler. */
class ScalingTest {
  @ParameterizedTest
  @CsvSource({"200, 100, 64", "7, 13, 64", "33, 32, 32", "999, 1001, 48", "64, 64, 64"})
  void oneColourStaysWhatItIs(int width, int height, int side) {
    for (var fit : Fit.values()) {
      var scaled = fit.image(filled(width, height, new Color(200, 1, 77)), side);

      assertThat(pixels(scaled)).hasSize(side * side).containsOnly(0xFFC8014D);
    }
  }

  @Test
  void whatHasTheSizeAlreadyStaysAsItIs() {
    var image = noise(48, 48);

    assertThat(pixels(Fit.SQUASH.image(image, 48))).isEqualTo(pixels(image));
    assertThat(pixels(Fit.CROP.image(image, 48))).isEqualTo(pixels(image));
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 48, 64, 200})
  void theMeanIsKept(int side) {
    var image = noise(150, 90);

    assertThat(mean(Fit.SQUASH.image(image, side))).isCloseTo(mean(image), within(0.2));
  }

  @Test
  void aFineCheckerboardBecomesGrey() {
    var board = filled(128, 128, Color.BLACK);
    for (var y = 0; y < 128; y++) {
      for (var x = y % 2; x < 128; x += 2) {
        board.setRGB(x, y, 0xFFFFFF);
      }
    }

    assertThat(pixels(Fit.SQUASH.image(board, 64))).containsOnly(0xFF808080);
    assertThat(pixels(Fit.SQUASH.image(board, 16))).containsOnly(0xFF808080);
    assertThat(Pixels.square(board, 64)).containsOnly((byte) 128);
  }

  /** A shift by half a pixel would tell left from right. */
  @ParameterizedTest
  @CsvSource({"150, 90, 64", "91, 150, 64", "20, 33, 64", "301, 200, 17"})
  void aMirroredPictureIsScaledToTheMirroredResult(int width, int height, int side) {
    var image = noise(width, height);
    for (var fit : Fit.values()) {
      var scaled = Picture.of(fit.image(image, side));
      var mirrored = fit.image(Picture.of(image).mirrored().opaque(), side);
      var turned = fit.image(reversed(image), side);

      assertThat(pixels(mirrored)).isEqualTo(scaled.mirrored().argb());
      assertThat(pixels(turned)).isEqualTo(pixels(reversed(scaled.opaque())));
    }
  }

  @Test
  void halvingTakesTheMeanOfFourPixelsAndEnlargingRepeatsThem() {
    var image = filled(4, 2, Color.BLACK);
    image.setRGB(0, 0, 0x000064);
    image.setRGB(3, 1, 0x0000C8);

    assertThat(pixels(Fit.SQUASH.image(image, 1))).containsExactly(0xFF000026); // 300 / 8
    assertThat(Picture.of(image).scaled(2, 1).argb()).containsExactly(0xFF000019, 0xFF000032);
    assertThat(Picture.of(image).scaled(8, 2).argb())
        .startsWith(0xFF000064, 0xFF000064, 0xFF000000, 0xFF000000)
        .endsWith(0xFF000000, 0xFF000000, 0xFF0000C8, 0xFF0000C8);
  }

  @Test
  void aCutThatBeginsAtHalfAPixelTakesHalfOfIt() {
    var image = filled(3, 2, Color.BLACK);
    image.setRGB(0, 0, 0x0000C8);
    image.setRGB(0, 1, 0x0000C8);

    assertThat(pixels(Fit.CROP.image(image, 2)))
        .containsExactly(0xFF000064, 0xFF000000, 0xFF000064, 0xFF000000);
  }

  @Test
  void transparentPartsBecomeWhiteByTheirShare() {
    var image = new BufferedImage(2, 2, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(0, 0, 0xFF000000);
    image.setRGB(1, 0, 0x80000000);

    assertThat(pixels(Fit.SQUASH.image(image, 2)))
        .containsExactly(0xFF000000, 0xFF7F7F7F, 0xFFFFFFFF, 0xFFFFFFFF);
    assertThat(pixels(Fit.SQUASH.image(image, 1))).containsExactly(0xFF9F9F9F);
  }

  /** Java's own conversion makes 137 of a grey of 64. */
  @ParameterizedTest
  @ValueSource(ints = {32, 64, 60})
  void greyIsTheSameHoweverItIsStored(int side) throws Exception {
    for (var grey : new BufferedImage[] {grey(60, 1), grey(60, 2)}) {
      var png = new java.io.ByteArrayOutputStream();
      assertThat(ImageIO.write(grey, "png", png)).isTrue();
      for (var image : new BufferedImage[] {grey, ImageFile.decode(png.toByteArray())}) {
        assertThat(Pixels.square(image, side)).containsOnly((byte) 64);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Fit.class)
  void everybodySeesTheSamePixels(Fit fit) throws Exception {
    var square = noise(100, 100);
    var ingested = fit.image(square, 32);

    assertThat(Pixels.square(square, 32)).isEqualTo(Pixels.square(ingested, 32));
    assertThat(Picture.of(square).scaled(32, 32).argb()).isEqualTo(pixels(ingested));
    assertThat(Picture.of(square, 32).argb()).isEqualTo(pixels(ingested));
  }

  private static BufferedImage grey(int side, int bands) {
    var colors =
        new java.awt.image.ComponentColorModel(
            java.awt.color.ColorSpace.getInstance(java.awt.color.ColorSpace.CS_GRAY),
            bands == 2,
            false,
            bands == 2 ? java.awt.Transparency.TRANSLUCENT : java.awt.Transparency.OPAQUE,
            java.awt.image.DataBuffer.TYPE_BYTE);
    var raster = colors.createCompatibleWritableRaster(side, side);
    for (var i = 0; i < side * side; i++) {
      raster.setSample(i % side, i / side, 0, 64);
      if (bands == 2) {
        raster.setSample(i % side, i / side, 1, 255);
      }
    }
    return new BufferedImage(colors, raster, false, null);
  }

  private static BufferedImage filled(int width, int height, Color color) {
    var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    var row = new int[width * height];
    Arrays.fill(row, color.getRGB());
    image.setRGB(0, 0, width, height, row, 0, width);
    return image;
  }

  private static BufferedImage noise(int width, int height) {
    var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    var values = new Random(5).ints(width * height, 0, 1 << 24).toArray();
    image.setRGB(0, 0, width, height, values, 0, width);
    return image;
  }

  /** Turned by half a circle. */
  private static BufferedImage reversed(BufferedImage image) {
    var pixels = pixels(image);
    var turned = new int[pixels.length];
    Arrays.setAll(turned, i -> pixels[pixels.length - 1 - i]);
    return new Picture(image.getWidth(), image.getHeight(), turned).opaque();
  }

  private static double mean(BufferedImage image) {
    return IntStream.of(pixels(image))
        .flatMap(pixel -> IntStream.of(pixel >> 16 & 0xFF, pixel >> 8 & 0xFF, pixel & 0xFF))
        .average()
        .orElseThrow();
  }

  private static int[] pixels(BufferedImage image) {
    return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
  }
}
