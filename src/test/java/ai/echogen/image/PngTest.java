package ai.echogen.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PngTest {
  @TempDir private Path dir;

  @Test
  void aWrittenPictureIsReadBackPixelByPixelAndLeavesNoOtherFile() throws Exception {
    var image = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
    image.setRGB(2, 1, 0xabcdef);
    Png.write(image, dir.resolve("new/picture.png"));
    Png.write(image, dir.resolve("new/picture.png"));
    try (var files = Files.list(dir.resolve("new"))) {
      assertThat(files).extracting(Path::getFileName).asString().isEqualTo("[picture.png]");
    }
    var read = Png.decode(Files.readAllBytes(dir.resolve("new/picture.png")));
    assertThat(read.getRGB(2, 1) & 0xffffff).isEqualTo(0xabcdef);
    assertThat(read.getRGB(0, 0) & 0xffffff).isZero();
  }

  @Test
  void bytesThatAreNoPictureAreTheCallersError() {
    var png = Png.encode(new BufferedImage(30, 20, BufferedImage.TYPE_INT_RGB));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Png.decode(Arrays.copyOf(png, png.length / 2)))
        .withMessageContaining("hold no picture");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Png.decode(new byte[] {1, 2, 3}))
        .withMessageContaining("3 bytes");
  }
}
