package ai.echogen.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.echogen.image.Png;
import java.awt.Font;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageGridTest {
  @TempDir private Path dir;

  @Test
  void enlargingRepeatsPixelsWithoutBlur() {
    var image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, 0x00ff00);
    image.setRGB(1, 0, 0x0000ff);
    var large = ImageGrid.enlarge(image, 5);
    assertThat(large.getWidth()).isEqualTo(10);
    assertThat(large.getHeight()).isEqualTo(5);
    for (var y = 0; y < 5; y++) {
      for (var x = 0; x < 10; x++) {
        assertThat(large.getRGB(x, y) & 0xffffff).isEqualTo(x < 5 ? 0x00ff00 : 0x0000ff);
      }
    }
  }

  @Test
  void picturesStandInRowsFromLeftToRight() {
    var grid = new ImageGrid(2, 2);
    for (var color : new int[] {0xff0000, 0x00ff00, 0x0000ff}) {
      grid.add(plain(color));
    }
    var drawn = grid.draw();
    assertThat(drawn.getWidth()).isEqualTo(16 + 20 + 12 + 20 + 16);
    assertThat(drawn.getHeight()).isEqualTo(16 + 20 + 12 + 20 + 16);
    assertThat(drawn.getRGB(17, 17) & 0xffffff).isEqualTo(0xff0000);
    assertThat(drawn.getRGB(66, 17) & 0xffffff).isEqualTo(0x00ff00);
    assertThat(drawn.getRGB(17, 66) & 0xffffff).isEqualTo(0x0000ff);
    assertThat(drawn.getRGB(66, 66) & 0xffffff).isEqualTo(0xffffff);
  }

  @Test
  void titlesAndHeadingMakeRoomForThemselvesAndDrawInk() {
    assumeThat(new Lettering(Font.PLAIN, 12).height()).as("height of a line of text").isPositive();
    var bare = new ImageGrid(1, 8).add(plain(0xffffff)).draw();
    var titled = new ImageGrid(1, 8).heading("Samples").add(plain(0xffffff), "a red circle").draw();
    assertThat(titled.getHeight()).isGreaterThan(bare.getHeight() + 20);
    assertThat(titled.getWidth()).isEqualTo(bare.getWidth());
    assertThat(inked(bare)).isZero();
    assertThat(inked(titled)).isPositive();
  }

  @Test
  void writesAPngFile() throws Exception {
    var file = dir.resolve("grid.png");
    new ImageGrid(1).add(plain(0x123456)).write(file);
    assertThat(Png.decode(Files.readAllBytes(file)).getRGB(20, 20) & 0xffffff).isEqualTo(0x123456);
  }

  @Test
  void refusesToDrawNothing() {
    assertThatIllegalStateException().isThrownBy(() -> new ImageGrid(2).draw());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ImageGrid(0))
        .withMessageContaining("got 0 and 1");
  }

  private static BufferedImage plain(int color) {
    var image = new BufferedImage(10, 10, BufferedImage.TYPE_INT_RGB);
    for (var i = 0; i < 100; i++) {
      image.setRGB(i % 10, i / 10, color);
    }
    return image;
  }

  private static int inked(BufferedImage image) {
    var count = 0;
    for (var y = 0; y < image.getHeight(); y++) {
      for (var x = 0; x < image.getWidth(); x++) {
        count += (image.getRGB(x, y) & 0xffffff) == 0xffffff ? 0 : 1;
      }
    }
    return count;
  }
}
