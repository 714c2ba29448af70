package ai.echogen.scoring.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;

class PsnrTest {
  @Test
  void isTheRatioOfPeakToErrorInDecibels() {
    var black = new BufferedImage(4, 2, BufferedImage.TYPE_INT_RGB);
    var image = new BufferedImage(4, 2, BufferedImage.TYPE_INT_RGB);
    image.setRGB(1, 1, 0x0C0000); // 12 in one of 24 values
    assertThat(Psnr.meanSquare(black, image)).isCloseTo(6, within(1e-12));
    assertThat(Psnr.of(black, image)).isCloseTo(40.3493, within(1e-3));
    assertThat(Psnr.of(black, black)).isInfinite();
    assertThat(Psnr.ofMeanSquare(0.01, 1)).isCloseTo(20, within(1e-9));
  }

  @Test
  void refusesImagesOfDifferentSizes() {
    var image = new BufferedImage(4, 2, BufferedImage.TYPE_INT_RGB);
    var other = new BufferedImage(2, 4, BufferedImage.TYPE_INT_RGB);
    assertThatThrownBy(() -> Psnr.of(image, other)).hasMessageContaining("4 × 2 and 2 × 4");
  }
}
