package ai.echogen.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.data.CounterRandom;
import ai.echogen.data.shards.Finding;
import ai.echogen.image.Fit;
import ai.echogen.layout.Box;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CropperTest {
  private static final int SEEDS = 150;

  private final List<Finding> findings = new ArrayList<>();

  @Test
  void aWindowClipsBoxesAndDropsThoseOfWhichLittleIsLeft() {
    var before =
        new Drawn(160, 120)
            .rectangle("cup", Drawn.RED, 40, 30, 120, 90)
            .region("hat", 0, 0, 50, 30)
            .captioned("a cup and a hat");

    var after = new Window(40, 20, 80, 60).cut(before, 0.6, Fill.MEAN);

    // The cup is 80 × 60 pixels from (40, 30), of which 80 × 50 are in the window from (40, 20);
    // of the hat's 50 × 30 pixels 10 × 10 are.
    assertThat(after.regions()).hasSize(1);
    assertThat(after.regions().get(0).box()).isEqualTo(new Box(0, 10 / 60f, 1, 1));
    assertThat(after.layout().caption()).isEqualTo("a cup");
    assertThat(after.picture().width()).isEqualTo(80);
    assertThat(after.picture().height()).isEqualTo(60);
    assertThat(Drawn.distance(after, "cup", Drawn.RED)).isLessThan(0.001);
    assertThat(new Window(40, 20, 80, 60).cut(before, 0.9, Fill.MEAN).regions()).isEmpty();
  }

  @Test
  void aWindowBeyondThePictureShrinksItsBoxes() {
    var before = new Drawn(160, 120).rectangle("cup", Drawn.RED, 40, 30, 80, 90).captioned("a cup");

    var after = new Window(-40, -30, 240, 180).cut(before, 0.6, Fill.MEAN);

    assertThat(after.regions().get(0).box())
        .isEqualTo(new Box(80 / 240f, 60 / 180f, 120 / 240f, 120 / 180f));
    assertThat(Drawn.distance(after, "cup", Drawn.RED)).isLessThan(0.001);
    int mean = before.picture().scaled(1, 1).argb()[0];
    assertThat(after.picture().argb()[0]).isEqualTo(mean);
    assertThat(after.picture().argb()[180 * 240 - 1]).isEqualTo(mean);
    assertThat(after.picture().argb()[30 * 240 + 40]).isEqualTo(before.picture().argb()[0]);
  }

  @Test
  void cropsByChanceKeepPixelsAndBoxTogether() {
    var before = new Drawn(160, 120).rectangle("cup", Drawn.RED, 40, 30, 90, 80).captioned("a cup");
    var cropper = new Cropper(new Crop(1, 0.2, 1.5, 0.6, 0, Fill.BLUR), Fit.SQUASH);
    double smallest = 1;
    for (int seed = 0; seed < SEEDS; seed++) {
      var after = cropper.apply(before, CounterRandom.of(seed), findings);
      assertThat(Drawn.distance(after, "cup", Drawn.RED)).as("seed %d", seed).isLessThan(0.01);
      double width = after.picture().width() / 160.0;
      double height = after.picture().height() / 120.0;
      assertThat(width * height).isBetween(0.19, 1.0);
      assertThat(width / height).isBetween(1 / 1.55, 1.55);
      smallest = Math.min(smallest, width * height);
    }
    assertThat(smallest).isLessThan(0.4);
    assertThat(findings).hasSize(SEEDS).allMatch(f -> f.reason().equals(Cropper.CROPPED));
  }

  @Test
  void shrunkPicturesAreWhollyThere() {
    var before = new Drawn(160, 120).rectangle("cup", Drawn.RED, 0, 0, 50, 120).captioned("a cup");
    for (var fill : Fill.values()) {
      var cropper = new Cropper(new Crop(0, 0.3, 1.2, 0.6, 1, fill), Fit.SQUASH);
      for (int seed = 0; seed < 20; seed++) {
        var after = cropper.apply(before, CounterRandom.of(seed), findings);
        var box = Extent.of(after.regions().get(0).box());
        assertThat((box.x1() - box.x0()) * after.picture().width()).isCloseTo(50, within(0.01));
        assertThat((box.y1() - box.y0()) * after.picture().height()).isCloseTo(120, within(0.01));
        int left = (int) Math.round(box.x0() * after.picture().width());
        int top = (int) Math.round(box.y0() * after.picture().height());
        assertThat(after.picture().argb()[top * after.picture().width() + left])
            .isEqualTo(Drawn.RED);
        if (fill == Fill.MEAN) {
          assertThat(Drawn.distance(after, "cup", Drawn.RED)).isLessThan(0.01);
        }
      }
    }
    assertThat(findings).hasSize(60).allMatch(f -> f.reason().equals(Cropper.SHRUNK));
  }

  @Test
  void oneRegionAlwaysStaysAndTheOthersAreCounted() {
    var before =
        new Drawn(200, 100)
            .region("ant", 0, 0, 9, 9)
            .region("bee", 190, 0, 200, 9)
            .region("fly", 100, 90, 110, 100)
            .captioned("three insects");
    var cropper = new Cropper(new Crop(1, 0.05, 2, 0.6, 0, Fill.BLUR), Fit.SQUASH);
    int lost = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      var after = cropper.apply(before, CounterRandom.of(seed), findings);
      assertThat(after.regions()).isNotEmpty();
      assertThat(after.layout().caption()).isEqualTo("three insects");
      lost += 3 - after.regions().size();
    }
    assertThat(lost).isGreaterThan(SEEDS);
    assertThat(findings.stream().filter(f -> f.reason().equals(Cropper.LOST))).hasSize(lost);
  }

  /** Fifty thousand pixels squared would be more than an array can have. */
  @Test
  void whatIsAroundALongPictureFitsIntoMemory() {
    var line = new Drawn(50_000, 2).region("road", 0, 0, 50_000, 2).captioned("a road");
    for (var fit : Fit.values()) {
      var cropper = new Cropper(new Crop(0, 0.01, 4, 0.6, 1, Fill.MEAN), fit);
      for (int seed = 0; seed < 3; seed++) {
        var after = cropper.apply(line, CounterRandom.of(seed), findings);
        assertThat(after.picture().argb().length).isLessThan(4_100_000);
        assertThat(after.regions()).hasSize(1);
      }
    }
  }

  @Test
  void fitCropCutsSquares() {
    var before = new Drawn(200, 80).region("cup", 10, 10, 40, 60).captioned("a cup");
    var sometimes = new Cropper(new Crop(0.5, 0.3, 1, 0.6, 0, Fill.BLUR), Fit.CROP);
    for (int seed = 0; seed < 30; seed++) {
      var after = sometimes.apply(before, CounterRandom.of(seed), findings).picture();
      assertThat(after.width()).isEqualTo(after.height()).isLessThanOrEqualTo(80);
    }
  }

  @Test
  void aPictureWithoutRegionsAndOneOfOnePixelAreCroppedToo() {
    var cropper = new Cropper(new Crop(1, 0.1, 2, 0.6, 0, Fill.BLUR), Fit.SQUASH);
    var empty = cropper.apply(new Drawn(50, 40).captioned(""), CounterRandom.of(1), findings);
    assertThat(empty.picture().width()).isLessThan(50);
    assertThat(empty.layout().caption()).isEmpty();
    var dot = new Drawn(1, 1).region("dot", 0, 0, 1, 1).captioned("a dot");
    for (var each : List.of(cropper, new Cropper(new Crop(0, 0.1, 2, 1, 1, Fill.BLUR), Fit.CROP))) {
      assertThat(each.apply(dot, CounterRandom.of(1), findings).regions()).hasSize(1);
    }
  }
}
