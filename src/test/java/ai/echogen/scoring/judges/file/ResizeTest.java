package ai.echogen.scoring.judges.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.echogen.layout.Box;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResizeTest {
  @Test
  void aLetterboxIsInTheMiddleAsUltralyticsRoundsIt() {
    // 500 × 375 at 640 / 500 = 1.28: 640 × 480, 80 rows above and below.
    assertThat(Resize.LETTERBOX.placement(500, 375, 640, 640))
        .isEqualTo(new Placement(640, 480, 0, 80));
    // 427 × 640: 427 columns, 213 left: 106.5 - 0.1 rounds to 106.
    assertThat(Resize.LETTERBOX.placement(427, 640, 640, 640))
        .isEqualTo(new Placement(427, 640, 106, 0));
    assertThat(Resize.LETTERBOX_TOP_LEFT.placement(500, 375, 640, 640))
        .isEqualTo(new Placement(640, 480, 0, 0));
    assertThat(Resize.LETTERBOX.placement(1, 5000, 64, 64)) // never without a column
        .isEqualTo(new Placement(1, 64, 31, 0));
  }

  @Test
  void aCropIsTheMiddleOfThePictureAsClipRoundsIt() {
    assertThat(Resize.CROP.placement(640, 480, 224, 224)) // 298.67 columns, cut to 298
        .isEqualTo(new Placement(298, 224, -37, 0));
    assertThat(Resize.CROP.placement(480, 641, 224, 224))
        .isEqualTo(new Placement(224, 299, 0, -38)); // 37.5 rounds to the even number
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Resize.CROP.placement(100_000_000, 1, 224, 224))
        .withMessageContaining("cannot be cropped");
  }

  @Test
  void boxesComeBackFromWhereThePictureLies() {
    var placement = Resize.LETTERBOX.placement(500, 375, 640, 640);

    assertThat(placement.box(64, 80 + 48, 320, 80 + 240)).contains(new Box(0.1f, 0.1f, 0.5f, 0.5f));
    assertThat(placement.box(-10, 0, 650, 640)).contains(new Box(0, 0, 1, 1));
    for (var outside :
        List.of(
            new double[] {0, 0, 640, 80}, // padding
            new double[] {10, 300, 10, 400}, // no width
            new double[] {20, 300, 10, 400})) {
      assertThat(placement.box(outside[0], outside[1], outside[2], outside[3])).isEmpty();
    }
  }
}
