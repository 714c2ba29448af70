package ai.echogen.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.data.CounterRandom;
import ai.echogen.data.shards.Finding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RotateTest {
  private final List<Finding> findings = new ArrayList<>();

  @Test
  void aQuarterIsExact() {
    var before = new Drawn(100, 80).rectangle("cup", Drawn.RED, 10, 20, 30, 50).captioned("a cup");

    var after = QuarterTurn.turn(before, 1);

    // Clockwise: what was 20 to 50 from above is now as far from the right.
    assertThat(after.picture().width()).isEqualTo(80);
    assertThat(after.picture().height()).isEqualTo(100);
    assertThat(Drawn.found(after.picture(), Drawn.RED))
        .isEqualTo(new Extent(30 / 80.0, 0.1, 60 / 80.0, 0.3));
    for (int quarters = 0; quarters < 4; quarters++) {
      assertThat(Drawn.distance(QuarterTurn.turn(before, quarters), "cup", Drawn.RED))
          .isLessThan(0.001);
    }
    assertThat(QuarterTurn.turn(after, 3).picture().argb()).isEqualTo(before.picture().argb());
  }

  @ParameterizedTest
  @ValueSource(doubles = {-30, -8, -1, 3, 12, 45})
  void theBoxIsAroundTheTurnedEllipse(double degrees) {
    var before =
        new Drawn(240, 160).ellipse("egg", Drawn.RED, 100, 50, 180, 80).captioned("an egg");
    var rotation = Rotation.ofDegrees(degrees);
    var turned = rotation.turn(before.picture(), 240, 160, Fill.MEAN.of(before.picture()));

    var box = rotation.turn(Extent.of(before.regions().get(0).box()), 240, 160);

    assertThat(Drawn.distance(box, Drawn.found(turned, Drawn.RED), turned)).isLessThan(1.5);
  }

  @Test
  void placesAndSizesAreThoseOfTheFormula() {
    // Half a quarter of an ellipse of half axes 40 and 10 reaches sqrt((1600 + 100) / 2) = 29.155.
    var middle = Rotation.ofDegrees(45).turn(new Extent(0.3, 0.45, 0.7, 0.55), 200, 200);
    assertThat((middle.x1() - middle.x0()) * 100).isCloseTo(29.155, within(0.001));
    assertThat((middle.y1() - middle.y0()) * 100).isCloseTo(29.155, within(0.001));
    // What lies to the right of the middle goes down: 25 cos 30° and 25 sin 30° from it.
    var right = Rotation.ofDegrees(30).turn(new Extent(0.74, 0.49, 0.76, 0.51), 100, 100);
    assertThat((right.x0() + right.x1()) / 2).isCloseTo(0.5 + 0.25 * 0.8660254, within(1e-6));
    assertThat((right.y0() + right.y1()) / 2).isCloseTo(0.625, within(1e-6));
    assertThat(Rotation.ofDegrees(0).turn(new Extent(0.1, 0.2, 0.3, 0.4), 30, 40))
        .satisfies(same -> assertThat(same.x1()).isCloseTo(0.3, within(1e-12)));
  }

  @Test
  void noTurnKeepsEveryPixel() {
    var picture = new Drawn(31, 20).captioned("").picture();
    assertThat(Rotation.ofDegrees(0).turn(picture, 31, 20, (x, y) -> 0).argb())
        .isEqualTo(picture.argb());
  }

  @Test
  void emptyCornersAreFilled() {
    var before = new Drawn(80, 60).region("cup", 20, 20, 60, 40).captioned("a cup");
    for (var fill : Fill.values()) {
      for (int seed = 0; seed < 10; seed++) {
        var after = new Rotate(40, 0, 0.6, fill).apply(before, CounterRandom.of(seed), findings);
        assertThat(Arrays.stream(after.picture().argb()))
            .allMatch(pixel -> (pixel >> 8 & 0xFF) >= 100);
      }
    }
  }

  @Test
  void oneRegionAlwaysStays() {
    var before = new Drawn(300, 60).region("ant", 0, 0, 9, 9).captioned("an ant");
    var rotate = new Rotate(45, 0, 0.6, Fill.MIRROR);
    int kept = 0;
    for (int seed = 0; seed < 50; seed++) {
      var after = rotate.apply(before, CounterRandom.of(seed), findings);
      assertThat(after.regions()).hasSize(1);
      kept += after.regions().equals(before.regions()) ? 1 : 0;
    }
    assertThat(kept).isBetween(10, 50);
    assertThat(findings).isEmpty();
    var two = new Drawn(300, 60).region("ant", 0, 0, 9, 9).region("bee", 140, 20, 160, 40);
    for (int seed = 0; seed < 50; seed++) {
      var after = rotate.apply(two.captioned(""), CounterRandom.of(seed), findings);
      assertThat(after.regions()).extracting(region -> region.phrase()).contains("bee");
    }
    assertThat(findings).isNotEmpty().allMatch(f -> f.reason().equals(Rotate.LOST));
  }

  @Test
  void textsWithDirectionsAreNotTurnedByQuarters() {
    var rotate = new Rotate(0, 1, 0.6, Fill.MIRROR);
    var plain = new Drawn(20, 10).region("cup", 2, 2, 9, 9).captioned("a cup");
    var directed = new Drawn(20, 10).region("cup", 2, 2, 9, 9).captioned("a cup at the top");
    var phrase = new Drawn(20, 10).region("left cup", 2, 2, 9, 9).captioned("a cup");
    for (int seed = 0; seed < 20; seed++) {
      assertThat(rotate.apply(plain, CounterRandom.of(seed), findings)).isNotSameAs(plain);
      assertThat(rotate.apply(directed, CounterRandom.of(seed), findings)).isSameAs(directed);
      assertThat(rotate.apply(phrase, CounterRandom.of(seed), findings)).isSameAs(phrase);
    }
    assertThat(findings).hasSize(20).allMatch(f -> f.reason().equals(Rotate.TURNED));
  }

  @Test
  void quartersGoAllWays() {
    var rotate = new Rotate(0, 0.75, 0.6, Fill.MIRROR);
    var counts = new int[4];
    for (int seed = 0; seed < 4000; seed++) {
      counts[rotate.quarters(CounterRandom.of(seed))]++;
    }
    assertThat(Arrays.stream(counts)).allMatch(count -> count > 900 && count < 1100);
  }
}
