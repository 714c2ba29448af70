package ai.echogen.data.augment;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.image.Picture;
import org.junit.jupiter.api.Test;

class FillTest {
  private static final int A = 0xFF000000;
  private static final int B = 0xFF404040;
  private static final int C = 0xFF808080;
  private static final Picture ROW = new Picture(3, 1, new int[] {A, B, C});

  @Test
  void mirrorTurnsBackAtTheEdges() {
    var outside = Fill.MIRROR.of(ROW);
    int[] along = {-4, -3, -2, -1, 3, 4, 5, 6};
    int[] expected = {C, C, B, A, C, B, A, A};
    for (int i = 0; i < along.length; i++) {
      assertThat(outside.at(along[i], 0)).as("at %d", along[i]).isEqualTo(expected[i]);
      assertThat(outside.at(along[i], 7)).isEqualTo(expected[i]);
    }
  }

  @Test
  void meanIsOneColor() {
    assertThat(Fill.MEAN.of(ROW).at(-9, 9)).isEqualTo(B);
  }

  @Test
  void blurIsLikeTheNearestEdge() {
    var half = new Picture(16, 16, new int[256]);
    for (int i = 0; i < 256; i++) {
      half.argb()[i] = i % 16 < 8 ? 0xFF0000FF : 0xFFFF0000;
    }
    var outside = Fill.BLUR.of(half);
    assertThat(outside.at(-50, 3)).isEqualTo(0xFF0000FF);
    assertThat(outside.at(40, -5)).isEqualTo(0xFFFF0000);
    assertThat(outside.at(8, -1) & 0xFF).isBetween(1, 254); // both, in the middle
  }

  @Test
  void betweenPixelsIsTheirMean() {
    var square = new Picture(2, 2, new int[] {0xFF000000, 0xFF640000, 0xFF00C800, 0xFF0000FF});
    assertThat(Sampling.bilinear(square, 1, 1, (x, y) -> 0)).isEqualTo(0xFF193240);
    assertThat(Sampling.bilinear(square, 0.5, 0.5, (x, y) -> 0)).isEqualTo(0xFF000000);
    assertThat(Sampling.bilinear(square, 0.75, 0.5, (x, y) -> 0)).isEqualTo(0xFF190000);
    assertThat(Sampling.bilinear(square, 0, 0.5, (x, y) -> 0xFF0000C8)).isEqualTo(0xFF000064);
  }
}
