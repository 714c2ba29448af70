package ai.echogen.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.layout.Box;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocationCodecTest {
  @Test
  void writesTheCellsBetweenTheNearestEdges() {
    var codec = new LocationCodec(8);

    assertThat(codec.encode(new Box(0, 0.25f, 0.5f, 1))).containsExactly(0, 2, 3, 7);
    assertThat(codec.encode(new Box(0.1f, 0.3f, 0.51f, 0.95f))).containsExactly(1, 2, 3, 7);
    assertThat(codec.encode(new Box(0.05f, 0.33f, 0.45f, 0.9f))).containsExactly(0, 3, 3, 6);
  }

  /**
   * What no model can pass, for sides log-uniform in 0.02 to 1: covering every cell that a box
   * touches allowed an Acc@0.75 of 0.53.
   */
  @Test
  void sixtyFourBinsLeaveRoomForThreeQuartersOfAllBoxesAtAnIouOfThreeQuarters() {
    var codec = new LocationCodec(64);
    var random = new Random(11);
    int good = 0;
    for (int n = 0; n < 100_000; n++) {
      double width = Math.exp(random.nextDouble() * Math.log(50)) / 50;
      double height = Math.exp(random.nextDouble() * Math.log(50)) / 50;
      double x = random.nextDouble() * (1 - width);
      double y = random.nextDouble() * (1 - height);
      var box =
          new Box(
              (float) x,
              (float) y,
              (float) Math.min(1, x + width),
              (float) Math.min(1, y + height));
      int[] cells = codec.encode(box);
      if (box.iou(codec.decode(cells[0], cells[1], cells[2], cells[3])) >= 0.75) {
        good++;
      }
    }

    assertThat(good / 100_000.0).isBetween(0.74, 0.8);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 7, 32, 64, 100, 1000, 4096})
  void boxesOnTheGridComeBackExactly(int bins) {
    var codec = new LocationCodec(bins);
    for (int i = 0; i < bins; i += 1 + bins / 300) {
      for (int k = i; k < bins; k += 1 + bins / 30) {
        var box = codec.decode(i, bins - 1 - k, k, bins - 1 - i);

        assertThat(codec.encode(box)).containsExactly(i, bins - 1 - k, k, bins - 1 - i);
        assertThat(codec.decode(i, bins - 1 - k, k, bins - 1 - i)).isEqualTo(box);
      }
    }
  }

  @Test
  void anyBoxComesBackWithinHalfACellASide() {
    var codec = new LocationCodec(50);
    var random = new Random(7);
    for (int n = 0; n < 20_000; n++) {
      var box = box(random);
      int[] cells = codec.encode(box);
      var back = codec.decode(cells[0], cells[1], cells[2], cells[3]);

      assertThat(codec.encode(back)).containsExactly(cells);
      assertThat(cells[0]).isLessThanOrEqualTo(cells[2]);
      assertThat(cells[1]).isLessThanOrEqualTo(cells[3]);
      assertThat(back.x0()).isCloseTo(box.x0(), within(0.0101f));
      assertThat(back.y0()).isCloseTo(box.y0(), within(0.0101f));
      assertThat(back.x1()).isCloseTo(box.x1(), within(0.0101f));
      assertThat(back.y1()).isCloseTo(box.y1(), within(0.0101f));
    }
  }

  @Test
  void aHairlineBoxTakesOneCell() {
    var codec = new LocationCodec(10);

    assertThat(codec.encode(new Box(0.49999f, 0.2f, 0.50001f, 0.20001f)))
        .containsExactly(5, 2, 5, 2);
    assertThat(codec.encode(new Box(Math.nextDown(1f), 0, 1, Float.MIN_VALUE)))
        .containsExactly(9, 0, 9, 0);
    assertThat(codec.encode(new Box(0.46f, 0.52f, 0.49f, 0.54f))).containsExactly(4, 5, 4, 5);
  }

  @Test
  void sortsSwappedCorners() {
    var codec = new LocationCodec(4);

    assertThat(codec.decode(3, 2, 1, 0)).isEqualTo(new Box(0.25f, 0, 1, 0.75f));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1, 4097})
  void refusesAnImpossibleGrid(int bins) {
    assertThatThrownBy(() -> new LocationCodec(bins))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("bins must be 2 to 4096, got " + bins);
  }

  private static Box box(Random random) {
    float x0 = random.nextFloat() * 0.9f; // and sides of at least a cell
    float y0 = random.nextFloat() * 0.9f;
    float x1 = x0 + Math.max(0.021f, random.nextFloat() * (1 - x0));
    float y1 = y0 + Math.max(0.021f, random.nextFloat() * (1 - y0));
    return new Box(x0, y0, Math.min(1, x1), Math.min(1, y1));
  }
}
