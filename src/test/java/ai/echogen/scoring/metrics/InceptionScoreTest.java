package ai.echogen.scoring.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InceptionScoreTest {
  @Test
  void isTheNumberOfClassesWhereAllAreSureAndOneWhereNoneIs() {
    var sure = IntStream.range(0, 8).mapToObj(i -> oneOf(4, i % 4)).toList();
    assertThat(InceptionScore.of(sure, 1).mean()).isCloseTo(4, within(1e-12));
    var unsure = IntStream.range(0, 8).mapToObj(i -> new double[] {0.5, 0.25, 0.25}).toList();
    assertThat(InceptionScore.of(unsure, 2).mean()).isCloseTo(1, within(1e-12));
  }

  @Test
  void cutsSplitsInARow() {
    // Five images in two splits: two of one class, then three, of which two are of one.
    var images = List.of(oneOf(3, 2), oneOf(3, 2), oneOf(3, 0), oneOf(3, 0), oneOf(3, 1));
    double second = Math.exp(-2.0 / 3 * Math.log(2.0 / 3) - 1.0 / 3 * Math.log(1.0 / 3));
    var got = InceptionScore.of(images, 2);
    assertThat(got.mean()).isCloseTo((1 + second) / 2, within(1e-12));
    assertThat(got.deviation()).isCloseTo((second - 1) / 2, within(1e-12));
  }

  @Test
  void refusesWhatAreNoProbabilities() {
    assertThatThrownBy(() -> InceptionScore.of(List.of(oneOf(2, 0), new double[] {3, -2}), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("image 1")
        .hasMessageContaining("softmax");
    assertThatThrownBy(() -> InceptionScore.of(List.of(oneOf(2, 0)), 10))
        .hasMessageContaining("1 images for 10 splits");
  }

  private static double[] oneOf(int classes, int which) {
    var image = new double[classes];
    image[which] = 1;
    return image;
  }
}
