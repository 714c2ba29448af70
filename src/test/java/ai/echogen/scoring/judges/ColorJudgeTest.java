package ai.echogen.scoring.judges;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.layout.Box;
import java.awt.image.BufferedImage;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ColorJudgeTest {
  private static final Box WHOLE = new Box(0, 0, 1, 1);
  private final ColorJudge judge = new ColorJudge();

  /** Of {@code cv2.cvtColor(…, COLOR_RGB2HSV)}. */
  @ParameterizedTest
  @CsvSource({
    "ff0000, 0, 255, 255",
    "00ff00, 60, 255, 255",
    "0000ff, 120, 255, 255",
    "ffff00, 30, 255, 255",
    "8b4513, 13, 220, 139",
    "ff00ff, 150, 255, 255",
    "ff0010, 178, 255, 255",
    "808080, 0, 0, 128",
    "000000, 0, 0, 0",
  })
  void huesAreThoseOfOpenCv(String rgb, int hue, int saturation, int value) {
    assertThat(HsvColor.hsv(Integer.parseInt(rgb, 16)))
        .isEqualTo(hue << 16 | saturation << 8 | value);
  }

  @Test
  void everyColourHasTheHueThatOpenCvGivesIt() {
    var digest = new CRC32();
    var bytes = new byte[3 * 256 * 256];
    for (int red = 0; red < 256; red++) {
      int at = 0;
      for (int rest = 0; rest < 256 * 256; rest++) {
        int hsv = HsvColor.hsv(red << 16 | rest);
        bytes[at++] = (byte) (hsv >> 16);
        bytes[at++] = (byte) (hsv >> 8);
        bytes[at++] = (byte) hsv;
      }
      digest.update(bytes);
    }
    assertThat(digest.getValue()).isEqualTo(67_142_303L);
  }

  @ParameterizedTest
  @CsvSource({
    "ff0000, red",
    "ff0010, red",
    "0000ff, blue",
    "ffee00, yellow",
    "00ff00, green",
    "000000, black",
    "1e1e1e, black",
    "ffffff, white",
    "8b4513, brown",
  })
  void coloursHaveTheirNames(String rgb, String word) {
    var color = HsvColor.named(word).orElseThrow();
    assertThat(color.word()).isEqualTo(word);
    assertThat(color.has(Integer.parseInt(rgb, 16))).isTrue();
  }

  @Test
  void whatIsBetweenHasNone() {
    for (var color : HsvColor.values()) {
      assertThat(color.has(0x808080)).isFalse(); // grey
      assertThat(color.has(0xFF00FF)).isFalse(); // hue 150
      assertThat(color.has(0x1F1F1F)).isFalse(); // value 31
      assertThat(color.has(0xDCDCDC)).isFalse(); // value 220
    }
    assertThat(HsvColor.named("purple")).isEmpty();
  }

  @Test
  void theShareIsOfTheBoxAlone() {
    var image = new BufferedImage(10, 10, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 5; i++) {
      for (int x = 0; x < 4; x++) {
        image.setRGB(x, i, 0x0000FF);
      }
    }

    assertThat(judge.share(image, WHOLE, HsvColor.BLUE)).isEqualTo(0.2, within(1e-12));
    assertThat(judge.isShown(image, WHOLE, HsvColor.BLUE)).isTrue();
    assertThat(judge.share(image, new Box(0, 0, 0.4f, 0.5f), HsvColor.BLUE)).isEqualTo(1);
    assertThat(judge.share(image, new Box(0.2f, 0, 0.6f, 0.5f), HsvColor.BLUE)).isEqualTo(0.5);
    assertThat(judge.share(image, new Box(0.5f, 0, 1, 1), HsvColor.BLUE)).isZero();
    image.setRGB(0, 0, 0);
    assertThat(judge.isShown(image, WHOLE, HsvColor.BLUE)).isFalse(); // 19 of 100
  }

  @Test
  void aBoxHasAtLeastOnePixel() {
    var image = new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB);
    image.setRGB(3, 3, 0xFF0000);

    assertThat(judge.share(image, new Box(0.99f, 0.99f, 1, 1), HsvColor.RED)).isEqualTo(1);
    assertThat(judge.share(image, new Box(0, 0, 0.01f, 0.01f), HsvColor.RED)).isZero();
  }

  /** Java takes grey for linear light and would make it lighter. */
  @Test
  void greyPicturesAreReadAsTheyAre() {
    var image = new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setSample(0, 0, 0, 30);

    assertThat(judge.share(image, WHOLE, HsvColor.BLACK)).isEqualTo(1);
    assertThat(judge.describe())
        .containsEntry("judge", "color")
        .containsEntry("least_share", "0.2")
        .containsEntry("table", "HSV of COCO-MIG");
  }
}
