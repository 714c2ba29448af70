package ai.echogen.scoring.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import java.util.List;
import org.junit.jupiter.api.Test;

class LayoutObedienceTest {
  private static final Box LEFT = new Box(0, 0, 0.5f, 0.5f);
  private static final Box RIGHT = new Box(0.5f, 0.5f, 1, 1);
  private static final Box HALF_OF_LEFT = new Box(0, 0, 0.5f, 0.25f);

  @Test
  void perfectPicturesScoreOne() {
    var obedience = new LayoutObedience();
    obedience.add(
        layout(region("brick", LEFT), region("tyre", RIGHT)),
        List.of(new Detection("tyre", RIGHT, 0.9), new Detection("brick", LEFT, 0.8)));
    assertThat(obedience.scores().get("ap50")).isCloseTo(1, within(1e-12));
    assertThat(obedience.scores().get("ap75")).isCloseTo(1, within(1e-12));
    assertThat(obedience.scores())
        .contains(
            entry("mean_iou", 1.0),
            entry("detections_per_truth", 1.0),
            entry("regions", 2.0),
            entry("color_right", 1.0),
            entry("shape_right", 1.0));
  }

  @Test
  void aWrongClassInTheRightPlaceCountsForPlaceAndColorOnly() {
    var obedience = new LayoutObedience();
    obedience.add(layout(region("brick", LEFT)), List.of(new Detection("hoop", LEFT, 0.9)));
    assertThat(obedience.scores())
        .contains(
            entry("ap50", 0.0),
            entry("mean_iou", 1.0),
            entry("color_right", 1.0),
            entry("shape_right", 0.0));
  }

  @Test
  void averagesPrecisionOverTheClassesOfTheLayouts() {
    var obedience = new LayoutObedience();
    obedience.add(
        layout(region("brick", LEFT), region("tyre", RIGHT)),
        List.of(
            new Detection("brick", HALF_OF_LEFT, 0.9),
            new Detection("lemon", RIGHT, 0.9))); // a class without truths is not measured
    assertThat(obedience.scores().get("ap50")).isCloseTo(0.5, within(1e-12));
    assertThat(obedience.scores())
        .contains(entry("ap75", 0.0), entry("mean_iou", 0.75), entry("color_right", 0.5));
  }

  @Test
  void classesThatAreNoShapesHaveNeitherColorNorShape() {
    var obedience = new LayoutObedience();
    obedience.add(layout(region("zebra", LEFT)), List.of());
    assertThat(obedience.scores())
        .contains(entry("ap50", 0.0), entry("mean_iou", 0.0), entry("detections_per_truth", 0.0))
        .doesNotContainKey("color_right");
  }

  @Test
  void nothingMeasuredGivesZeros() {
    assertThat(new LayoutObedience().scores())
        .contains(entry("ap50", 0.0), entry("mean_iou", 0.0), entry("regions", 0.0));
  }

  private static Layout layout(Region... regions) {
    return new Layout("", List.of(regions));
  }

  private static Region region(String category, Box box) {
    return new Region(category, category, box);
  }
}
