package ai.echogen.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFileTest {
  @ParameterizedTest
  @ValueSource(strings = {"png", "jpg", "gif", "bmp"})
  void decodesWholeFiles(String format) throws IOException {
    var image = ImageFile.decode(encoded(format));

    assertThat(image.getWidth()).isEqualTo(60);
    assertThat(image.getHeight()).isEqualTo(40);
  }

  @ParameterizedTest
  @CsvSource({"png, 0.9", "png, 0.5", "jpg, 0.98", "jpg, 0.5", "jpg, 0.01", "gif, 0.5", "bmp, 0.5"})
  void refusesFilesThatAreCutShort(String format, double share) throws IOException {
    var whole = encoded(format);
    var part = Arrays.copyOf(whole, (int) (whole.length * share));

    assertThatThrownBy(() -> ImageFile.decode(part)).isInstanceOf(IOException.class);
  }

  @Test
  void saysWhyAFileIsNoImage() {
    assertThatThrownBy(() -> ImageFile.decode(new byte[0])).hasMessage("empty file");
    assertThatThrownBy(() -> ImageFile.decode("<html>".getBytes(StandardCharsets.UTF_8)))
        .hasMessage("not an image that Java reads");
  }

  @Test
  void refusesAnImageThatWouldFillTheHeap() throws IOException {
    var png = encoded("png");
    png[16] = 0x7f; // the header's width: 2 billion
    png[20] = 0x7f;

    assertThatThrownBy(() -> ImageFile.decode(png)).isInstanceOf(IOException.class);
  }

  @Test
  void pngKeepsEveryPixel() throws IOException {
    var image = noise();
    var back = ImageFile.decode(Png.encode(image));

    assertThat(back.getRGB(0, 0, 60, 40, null, 0, 60))
        .isEqualTo(image.getRGB(0, 0, 60, 40, null, 0, 60));
  }

  private static byte[] encoded(String format) throws IOException {
    var out = new ByteArrayOutputStream();
    assertThat(ImageIO.write(noise(), format, out)).isTrue();
    return out.toByteArray();
  }

  private static BufferedImage noise() {
    var random = new Random(5);
    var image = new BufferedImage(60, 40, BufferedImage.TYPE_INT_RGB);
    for (var y = 0; y < 40; y++) {
      for (var x = 0; x < 60; x++) {
        image.setRGB(x, y, new Color(random.nextInt(1 << 24)).getRGB());
      }
    }
    return image;
  }
}
