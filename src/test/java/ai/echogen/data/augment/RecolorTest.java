package ai.echogen.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.data.CounterRandom;
import ai.echogen.image.Picture;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecolorTest {
  private static final double[] STRAIGHT = new double[256];

  static {
    Arrays.setAll(STRAIGHT, i -> i / 255.0);
  }

  private static Picture one(int argb) {
    return new Picture(1, 1, new int[] {argb});
  }

  private static int changed(Recolor recolor, Picture picture, int seed) {
    var before = new Annotated("", picture, new Drawn(1, 1).captioned("").layout());
    return recolor.apply(before, CounterRandom.of(seed), List.of()).picture().argb()[0];
  }

  @Test
  void zerosLeaveEveryPixel() {
    var before = new Drawn(40, 30).rectangle("cup", Drawn.RED, 5, 5, 20, 20).captioned("a cup");
    var after = new Recolor(0, 0, 0, 0, 0, 0, 0).apply(before, CounterRandom.of(1), List.of());
    assertThat(after.picture().argb()).isEqualTo(before.picture().argb());
    assertThat(after.layout()).isEqualTo(before.layout());
  }

  @Test
  void matricesAreThoseOfTheStandard() {
    var red = one(0xFFFF0000);
    assertThat(ColorMatrix.saturation(0).apply(red, STRAIGHT, 0).argb()[0])
        .isEqualTo(0xFF363636); // 0.213 of 255
    assertThat(ColorMatrix.saturation(1).apply(red, STRAIGHT, 0).argb()).isEqualTo(red.argb());
    assertThat(ColorMatrix.saturation(0.5).apply(red, STRAIGHT, 0).argb()[0])
        .isEqualTo(0xFF9B1B1B); // (0.213 + 0.787 / 2) and 0.213 / 2 of 255
    var grey = one(0xFF787878);
    for (int degrees = -180; degrees <= 180; degrees += 45) {
      assertThat(ColorMatrix.hue(degrees).apply(grey, STRAIGHT, 0).argb()).isEqualTo(grey.argb());
    }
    assertThat(ColorMatrix.hue(180).apply(red, STRAIGHT, 0).argb()[0])
        .isEqualTo(0xFF006D6D); // 0.213 - 0.787, 0.426 and 0.426 of 255
    assertThat(ColorMatrix.hue(90).then(ColorMatrix.hue(-90)).factors())
        .satisfies(
            factors -> {
              for (int i = 0; i < 9; i++) {
                assertThat(factors[i]).isCloseTo(i % 4 == 0 ? 1 : 0, within(0.002));
              }
            });
  }

  @Test
  void eachChangeStaysInItsBounds() {
    var grey = one(0xFF646464); // 100
    int darkest = 255;
    int lightest = 0;
    for (int seed = 0; seed < 300; seed++) {
      int value = changed(new Recolor(0.2, 0, 0, 0, 0, 0, 0), grey, seed) & 0xFF;
      assertThat(value).isBetween(80, 120);
      darkest = Math.min(darkest, value);
      lightest = Math.max(lightest, value);
      assertThat(changed(new Recolor(0, 0.9, 0.9, 90, 0, 0, 0), grey, seed))
          .as("a grey picture is its own mean")
          .isEqualTo(0xFF646464);
      int curved = changed(new Recolor(0, 0, 0, 0, 0.2, 0, 0), grey, seed) & 0xFF;
      // 255 (100 / 255) ^ e^±0.2
      assertThat(curved).isBetween(81, 119);
    }
    assertThat(darkest).isLessThan(84);
    assertThat(lightest).isGreaterThan(116);
  }

  @Test
  void contrastIsAroundTheMean() {
    var two = new Picture(2, 1, new int[] {0xFF323232, 0xFF969696}); // 50 and 150
    for (int seed = 0; seed < 50; seed++) {
      var before = new Annotated("", two, new Drawn(1, 1).captioned("").layout());
      var after =
          new Recolor(0, 0.3, 0, 0, 0, 0, 0).apply(before, CounterRandom.of(seed), List.of());
      int dark = after.picture().argb()[0] & 0xFF;
      int light = after.picture().argb()[1] & 0xFF;
      assertThat(dark + light).isBetween(199, 201);
      assertThat(light - dark).isBetween(70, 130);
    }
  }

  @Test
  void softeningSpreadsAPixel() {
    var dot = Picture.black(5, 5);
    dot.argb()[12] = 0xFFFFFFFF;
    var soft = Recolor.softened(dot, 1).argb();
    assertThat(soft[12]).isEqualTo(0xFF404040); // 4 of 16
    assertThat(soft[11]).isEqualTo(0xFF202020);
    assertThat(soft[6]).isEqualTo(0xFF101010);
    assertThat(soft[0]).isEqualTo(0xFF000000);
    assertThat(Recolor.softened(dot, 0).argb()).isEqualTo(dot.argb());
  }

  @Test
  void noiseHasItsDeviationAndNoEdge() {
    var grey = new Picture(100, 100, new int[10_000]);
    Arrays.fill(grey.argb(), 0xFF808080);
    var before = new Annotated("", grey, new Drawn(1, 1).captioned("").layout());
    var recolor = new Recolor(0, 0, 0, 0, 0, 0.1, 0);
    var after = recolor.apply(before, CounterRandom.of(3), List.of()).picture();
    double sum = 0;
    double squares = 0;
    for (int pixel : after.argb()) {
      double off = (pixel & 0xFF) - 128;
      sum += off;
      squares += off * off;
    }
    assertThat(sum / 10_000).isBetween(-1.0, 1.0);
    assertThat(Math.sqrt(squares / 10_000)).isBetween(0.5, 0.1 * 255 + 1);
    assertThat(recolor.apply(before, CounterRandom.of(3), List.of()).picture().argb())
        .isEqualTo(after.argb());
    assertThat(recolor.apply(before, CounterRandom.of(4), List.of()).picture().argb())
        .isNotEqualTo(after.argb());
  }
}
