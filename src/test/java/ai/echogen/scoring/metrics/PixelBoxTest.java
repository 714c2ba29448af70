package ai.echogen.scoring.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.layout.Box;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the fixture does not show. */
class PixelBoxTest {
  @Test
  void scalesABoxToItsImage() {
    assertThat(PixelBox.of(new Box(0.25f, 0, 0.5f, 1), 640, 480))
        .isEqualTo(new PixelBox(160, 0, 320, 480));
    assertThat(PixelBox.ofSize(10, 20, 3, 4)).isEqualTo(new PixelBox(10, 20, 13, 24));
  }

  /** In float32 a third of a pixel beside 10,000 is lost, so the boxes are equal. */
  @Test
  void roundsEveryStepToFloat32() {
    var box = new PixelBox(0, 0, 10_000, 10_000);
    var other = new PixelBox(0, 0, 10_000.0003, 10_000);
    assertThat(box.iou(other)).isLessThan(1);
    assertThat(box.iouFloat32(other)).isEqualTo(1);
    var third = new PixelBox(0, 0, 1, 3);
    assertThat(third.iouFloat32(new PixelBox(0, 0, 1, 1))).isEqualTo(1 / 3f);
    assertThat(third.iouFloat32(new PixelBox(5, 5, 5, 5))).isZero();
  }

  @Test
  void boxesThatDoNotMeetHaveNoCommonPart() {
    var left = new PixelBox(0, 0, 10, 10);
    var right = new PixelBox(20, 20, 30, 30);
    assertThat(left.intersection(right).iou(left)).isZero();
    assertThat(left.intersection(right).iou(left.intersection(right))).isZero();
    assertThat(left.intersection(new PixelBox(5, -5, 15, 5))).isEqualTo(new PixelBox(5, 0, 10, 5));
    assertThat(left.giou(right)).isCloseTo(-(900 - 200) / 900.0, within(1e-12));
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.NEGATIVE_INFINITY, 1.1e9, -1e300})
  void refusesWhatIsNoPlace(double bad) {
    assertThatThrownBy(() -> new PixelBox(0, 0, bad, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("got [0.0, 0.0, " + bad + ", 1.0]");
  }
}
