package ai.echogen.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
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
    var reasons =
        Map.of(
            "", "empty file",
            "<html>", "not an image; JPEG, PNG, WebP, GIF and BMP are read",
            "version https://git-lfs.github.com/spec/v1\n", "a Git LFS pointer: run git lfs pull",
            "\u001F\u008B\b", "compressed with gzip: unpack it with gunzip",
            "RIFF\20\0\0\0WEBPVP8 ", "cut short",
            "II*\0\b\0\0\0", "TIFF: not read; convert it to JPEG or PNG",
            "\0\0\0\u0018ftypheic", "HEIC: not read; convert it to JPEG or PNG",
            "\0\0\1\1\0\0", "not an image; JPEG, PNG, WebP, GIF and BMP are read"); // WBMP to Java

    reasons.forEach(
        (content, why) ->
            assertThatThrownBy(
                    () -> ImageFile.decode(content.getBytes(StandardCharsets.ISO_8859_1)))
                .hasMessage(why));
  }

  /** Their pixels are those that another reader, Pillow, sees. */
  @Test
  void readsWebP() throws IOException {
    assertThat(webP("noise-lossless").getRGB(10, 20)).isEqualTo(0xFF8AE1FE);
    int lossy = webP("noise-lossy").getRGB(59, 39); // in a corner no chroma is interpolated
    assertThat(lossy >> 16 & 0xFF).isCloseTo(108, within(2));
    assertThat(lossy >> 8 & 0xFF).isCloseTo(130, within(2));
    assertThat(lossy & 0xFF).isCloseTo(159, within(2));
    assertThat(webP("two-frames").getRGB(5, 5)).isEqualTo(0xFFFF0000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"noise-lossless", "noise-lossy", "corners-turned"})
  void refusesWebPThatIsCutShort(String name) throws IOException {
    var whole = ImageBytes.webP(name);
    for (int length = 0; length < whole.length; length += 1 + whole.length / 50) {
      var part = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> ImageFile.decode(part)).isInstanceOf(IOException.class);
    }
  }

  /** A few bytes that say they are a large picture: its reader takes what is missing for zeros. */
  @Test
  void refusesWebPOfMorePixelsThanItsBytesHold() throws IOException {
    var claim = ImageBytes.webP("noise-lossless");
    claim[22] = (byte) 0xFF; // the upper 6 of the width's 14 bits
    assertThatThrownBy(() -> ImageFile.decode(claim)).hasMessage("cut short");
  }

  /** Damage gives other pixels or an error: no crash, no endless work. */
  @Test
  void damagedWebPGivesAnImageOrAnError() throws IOException {
    var random = new Random(4);
    for (var name : List.of("noise-lossless", "noise-lossy", "corners-lossy-turned")) {
      for (int i = 0; i < 300; i++) {
        var damaged = ImageBytes.webP(name);
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
        try {
          assertThat(ImageFile.decode(damaged).getWidth()).isPositive();
        } catch (IOException e) {
          assertThat(e.getMessage()).isNotNull().doesNotContain("null");
        }
      }
    }
  }

  @Test
  void readsEverySecondPixelOfAVeryLargeImage() throws IOException {
    var image = new BufferedImage(6001, 5000, BufferedImage.TYPE_BYTE_BINARY);
    image.setRGB(4000, 3000, 0xFFFFFFFF);

    var shown = ImageFile.read(Png.encode(image));

    assertThat(shown.width()).isEqualTo(6001);
    assertThat(shown.height()).isEqualTo(5000);
    assertThat(shown.pixels().getWidth()).isEqualTo(3001);
    assertThat(shown.pixels().getHeight()).isEqualTo(2500);
    assertThat(shown.pixels().getRGB(2000, 1500)).isEqualTo(0xFFFFFFFF);
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

  /** Boxes are given in the size of the whole picture. */
  @Test
  void aFirstFrameThatIsAPartOfThePictureIsRefused() throws IOException {
    var gif = encoded("gif");
    gif[6] = 100; // the width that the head has
    assertThatThrownBy(() -> ImageFile.decode(gif))
        .hasMessage("its first frame is 60 × 40 of 100 × 40: save it as a PNG");
    var webP = ImageBytes.webP("first-frame-smaller");
    assertThatThrownBy(() -> ImageFile.decode(webP)).hasMessageContaining("its first frame is ");
  }

  /** Its reader takes what there is for all of it. */
  @Test
  void aGifWhoseDataEndEarlyIsCutShort() {
    var gif = encoded("gif");
    int data = 13 + 3 * 256; // behind the head and its colours
    while (gif[data] == 0x21) { // extensions
      data += 2;
      while (gif[data] != 0) {
        data += 1 + (gif[data] & 0xFF);
      }
      data++;
    }
    data += 11; // the frame's head, and the size of the first codes
    var early = Arrays.copyOf(gif, data + 103);
    early[data] = 100; // bytes of the only block
    early[data + 101] = 0; // no more of them
    early[data + 102] = 0x3B;
    assertThatThrownBy(() -> ImageFile.decode(early)).hasMessage("cut short");
  }

  /** Its size is another than the head's, and it may be of any length. */
  @Test
  void aBmpAroundAnotherFormatIsRefused() {
    for (int compression = 4; compression <= 5; compression++) {
      var bmp = encoded("bmp");
      bmp[30] = (byte) compression;
      assertThatThrownBy(() -> ImageFile.decode(bmp)).hasMessageContaining("another format");
    }
  }

  /** Ten bytes are enough to go through a hundred million pixels once more. */
  @Test
  void aPictureOfEndlessScansIsRefused() throws IOException {
    var large = new BufferedImage(2000, 2000, BufferedImage.TYPE_INT_RGB);
    var progressive = ImageBytes.progressive(large);
    assertThat(Jpeg.scans(progressive)).isBetween(2L, 20L);
    assertThat(Jpeg.scans(encoded("jpg"))).isEqualTo(1);
    assertThat(ImageFile.decode(progressive).getWidth()).isEqualTo(2000);

    int size = progressive.length - 2;
    var scans = ByteBuffer.allocate(size + 2 * 1300).put(progressive, 0, size);
    while (scans.hasRemaining()) {
      scans.putShort((short) 0xFFDA);
    }
    assertThatThrownBy(() -> ImageFile.decode(scans.array()))
        .hasMessageContaining("too many scans");
  }

  private static BufferedImage webP(String name) throws IOException {
    return ImageFile.decode(ImageBytes.webP(name));
  }

  private static byte[] encoded(String format) {
    return ImageBytes.encoded(noise(), format);
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
