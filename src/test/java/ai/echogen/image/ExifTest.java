package ai.echogen.image;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.layout.Box;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A stored picture of 48 × 32 with a colour in each corner. */
class ExifTest {
  private static final int WIDTH = 48;
  private static final int HEIGHT = 32;
  private static final int[] CORNERS = {0xD01010, 0x10D010, 0x1010D0, 0xD0D010};

  /** The corners as they are shown: top left, top right, bottom left, bottom right. */
  @ParameterizedTest
  @CsvSource({
    "1, 0123, 48", "2, 1032, 48", "3, 3210, 48", "4, 2301, 48",
    "5, 0213, 32", "6, 2031, 32", "7, 3120, 32", "8, 1302, 32",
  })
  void showsEveryOrientationUpright(int orientation, String corners, int width) throws IOException {
    for (var file : files(orientation)) {
      var shown = ImageFile.read(file);

      assertThat(shown.width()).isEqualTo(width);
      assertThat(shown.pixels().getWidth()).isEqualTo(width);
      assertThat(shown.pixels().getHeight()).isEqualTo(80 - width);
      assertThat(shown.storedWidth()).isEqualTo(WIDTH);
      assertThat(corners(shown.pixels())).isEqualTo(corners);
    }
  }

  @ParameterizedTest
  @CsvSource({"corners, 0123, 48", "corners-turned, 2031, 32", "corners-lossy-turned, 2031, 32"})
  void showsWebPUpright(String name, String corners, int width) throws IOException {
    var shown = ImageFile.read(ImageBytes.webP(name));

    assertThat(shown.width()).isEqualTo(width);
    assertThat(corners(shown.pixels())).isEqualTo(corners);
  }

  @ParameterizedTest
  @CsvSource({"1", "2", "3", "4", "5", "6", "7", "8"})
  void boxesAreTurnedWithThePicture(int orientation) throws IOException {
    var shown = ImageFile.read(files(orientation).get(0));

    var box = shown.orientation().box(new Box(0.625f, 0, 1, 0.25f)); // in the top right corner
    int x = (int) ((box.x0() + box.x1()) / 2 * shown.width());
    int y = (int) ((box.y0() + box.y1()) / 2 * shown.height());

    assertThat(nearest(shown.pixels().getRGB(x, y))).isEqualTo(1);
  }

  @Test
  void damagedExifIsNotThere() throws IOException {
    var random = new Random(3);
    for (var order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
      var whole = ImageBytes.exif(6, order);
      for (int length = 0; length < whole.length; length++) {
        var cut = Arrays.copyOf(whole, length);
        int width = length < 34 ? WIDTH : HEIGHT; // the orientation's entry ends there
        assertThat(widths(cut)).as("cut to %d bytes", length).containsOnly(width);
      }
      for (int i = 0; i < 300; i++) {
        var damaged = whole.clone();
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
        assertThat(widths(damaged)).isSubsetOf(WIDTH, HEIGHT);
      }
    }
    assertThat(widths(ImageBytes.exif(0, ByteOrder.BIG_ENDIAN))).containsOnly(WIDTH);
    assertThat(widths(ImageBytes.exif(9, ByteOrder.BIG_ENDIAN))).containsOnly(WIDTH);
  }

  @Test
  void aChunkWithAWrongChecksumIsNotThere() throws IOException {
    var png = files(6).get(2);
    png[8 + 12 + 13 + 8 + 29] ^= 1; // in the orientation's entry

    assertThat(ImageFile.read(png).width()).isEqualTo(WIDTH);
  }

  private static List<Integer> widths(byte[] exif) throws IOException {
    var widths = new ArrayList<Integer>();
    for (var file :
        List.of(
            ImageBytes.jpegWithExif(ImageBytes.encoded(stored(), "jpg"), exif),
            ImageBytes.withChunk(ImageBytes.encoded(stored(), "png"), "eXIf", exif))) {
      widths.add(ImageFile.read(file).width());
    }
    return widths;
  }

  /** Two JPEG and two PNG files, in both byte orders. */
  private static List<byte[]> files(int orientation) {
    var files = new ArrayList<byte[]>();
    for (var order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
      var exif = ImageBytes.exif(orientation, order);
      files.add(ImageBytes.jpegWithExif(ImageBytes.encoded(stored(), "jpg"), exif));
    }
    for (var order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
      var exif = ImageBytes.exif(orientation, order);
      files.add(ImageBytes.withChunk(ImageBytes.encoded(stored(), "png"), "eXIf", exif));
    }
    return files;
  }

  private static BufferedImage stored() {
    var image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        image.setRGB(x, y, CORNERS[2 * (2 * y / HEIGHT) + 2 * x / WIDTH]);
      }
    }
    return image;
  }

  private static String corners(BufferedImage shown) {
    int right = shown.getWidth() - 6;
    int bottom = shown.getHeight() - 6;
    return "%d%d%d%d"
        .formatted(
            nearest(shown.getRGB(5, 5)),
            nearest(shown.getRGB(right, 5)),
            nearest(shown.getRGB(5, bottom)),
            nearest(shown.getRGB(right, bottom)));
  }

  /** Which of the corners' colours a pixel has, but for what JPEG changes; -1 if none. */
  private static int nearest(int rgb) {
    for (int i = 0; i < CORNERS.length; i++) {
      int most = 0;
      for (int shift = 0; shift <= 16; shift += 8) {
        most = Math.max(most, Math.abs((CORNERS[i] >> shift & 0xFF) - (rgb >> shift & 0xFF)));
      }
      if (most < 25) {
        return i;
      }
    }
    return -1;
  }
}
