package ai.echogen.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BoxTest {
  private static final Box LEFT = new Box(0, 0, 0.5f, 1);

  @ParameterizedTest
  @CsvSource({
    // other box, IoU, GIoU, mean absolute difference
    "0, 0, 0.5, 1,      1,     1,    0",
    "0.25, 0, 0.75, 1,  0.3333333333333333, 0.3333333333333333, 0.125",
    "0.5, 0, 1, 1,      0,     0,    0.25",
    "0.75, 0, 1, 1,     0,     -0.25, 0.3125",
    "0, 0, 0.25, 0.5,   0.25,  0.25, 0.1875",
  })
  void comparesBoxes(float x0, float y0, float x1, float y1, double iou, double giou, double l1) {
    var other = new Box(x0, y0, x1, y1);

    assertThat(LEFT.iou(other)).isCloseTo(iou, within(1e-12)).isEqualTo(other.iou(LEFT));
    assertThat(LEFT.giou(other)).isCloseTo(giou, within(1e-12)).isEqualTo(other.giou(LEFT));
    assertThat(LEFT.l1(other)).isCloseTo(l1, within(1e-12)).isEqualTo(other.l1(LEFT));
  }

  @ParameterizedTest
  @CsvSource({
    "0.5, 0, 0.5, 1",
    "0, 1, 1, 0",
    "-0.1, 0, 1, 1",
    "0, 0, 1.1, 1",
    "NaN, 0, 1, 1",
    "0, 0, 1, NaN"
  })
  void refusesWhatIsEmptyOrOutside(float x0, float y0, float x1, float y1) {
    assertThatThrownBy(() -> new Box(x0, y0, x1, y1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(String.valueOf(x0));
  }

  @Test
  void theSmallestBoxHasAnIouWithItself() {
    var tiny = new Box(0.5f, 0.5f, Math.nextUp(0.5f), Math.nextUp(0.5f));

    assertThat(tiny.iou(tiny)).isEqualTo(1);
    assertThat(tiny.giou(tiny)).isEqualTo(1);
  }

  @Test
  void aRegionNeedsAPhrase() {
    assertThatThrownBy(() -> new Region(" ", "dog", LEFT)).hasMessageContaining("needs a phrase");
  }
}
