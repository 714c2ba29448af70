package ai.echogen.scoring.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.scoring.metrics.GroundingProtocol.Measure;
import ai.echogen.scoring.metrics.GroundingProtocol.Rule;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the fixture does not show: protocols, classes, sizes and repeated phrases. */
class GroundingAccuracyTest {
  private static final PixelBox LEFT = new PixelBox(0, 0, 100, 100);
  private static final PixelBox RIGHT = new PixelBox(200, 0, 300, 100);

  /** IoU and GIoU of 11 : 20 are 0.55; in float32 that is above 0.55 in double precision. */
  @Test
  void eachProtocolHasItsRuleAtTheThreshold() {
    var truth = new PixelBox(0, 0, 20, 10);
    var predicted = new PixelBox(0, 0, 11, 10);
    assertThat((double) truth.iouFloat32(predicted)).isGreaterThan(0.55);
    assertThat(hits(GroundingProtocol.REF_L4, truth, predicted)).isEqualTo(1); // 0.50 alone
    assertThat(hits(GroundingProtocol.STRICT, truth, predicted)).isEqualTo(1);
    assertThat(hits(GroundingProtocol.REFCOCO, truth, predicted)).isEqualTo(2);
    assertThat(hits(GroundingProtocol.MDETR, truth, predicted)).isEqualTo(2);
  }

  /** IoU 0.5625 and a hull of 400 with 44 empty: GIoU 0.4525. */
  @Test
  void generalisedIouIsTheStricterMeasure() {
    var truth = new PixelBox(0, 0, 20, 20);
    var predicted = new PixelBox(5, 5, 20, 20);
    assertThat(hits(GroundingProtocol.REFCOCO, truth, predicted)).isEqualTo(2);
    var aside = new PixelBox(4, 4, 24, 20); // IoU 256 / 464 = 0.5517, hull 480
    assertThat(hits(GroundingProtocol.REFCOCO, truth, aside)).isEqualTo(2);
    assertThat(GroundingProtocol.MDETR.measure(truth, aside))
        .isCloseTo(256 / 464.0 - 16 / 480.0, within(1e-12));
    assertThat(hits(GroundingProtocol.MDETR, truth, aside)).isEqualTo(1);
    assertThat(hits(GroundingProtocol.MDETR, truth, null)).isZero();
    assertThat(hits(GroundingProtocol.MDETR, truth, new PixelBox(20, 0, 0, 20))).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "127.99, small",
    "128, medium",
    "256, medium",
    "256.01, large",
  })
  void groupsBySize(double side, String group) {
    var box = PixelBox.ofSize(0, 0, side, side);
    var accuracy = new GroundingAccuracy(GroundingProtocol.STRICT, Map.of());
    accuracy.add("a", "a", new GroundedRegion("x", "c", box, side * side, box));
    assertThat(accuracy.table().numbers())
        .containsEntry(group + ".acc50", 1.0)
        .containsEntry(group + ".macc", 1.0);
    assertThat(accuracy.table().numbers().keySet().stream().filter(n -> n.endsWith(".acc50")))
        .containsExactlyInAnyOrder(group + ".acc50", "class.acc50");
  }

  @Test
  void averagesOverClassesThatStandForCategories() {
    var accuracy = new GroundingAccuracy(GroundingProtocol.REF_L4, Map.of("refcoco_1", "o365_1"));
    accuracy.add("1", "i", new GroundedRegion("a", "refcoco_1", LEFT, LEFT));
    accuracy.add("2", "i", new GroundedRegion("b", "o365_1", LEFT, RIGHT));
    accuracy.add("3", "k", new GroundedRegion("c", "o365_2", LEFT, null));
    assertThat(accuracy.table().numbers())
        .contains(
            entry("acc50", 1 / 3.0),
            entry("missing", 1 / 3.0),
            entry("mean_iou", 1 / 3.0),
            entry("class.acc50", 0.25),
            entry("class.acc90", 0.25),
            entry("class.macc", 0.25));
    assertThat(RefL4Classes.all())
        .hasSize(80)
        .contains(
            entry("refcoco_1", "o365_1"),
            entry("refcoco_37", "o365_100000"),
            entry("refcoco_90", "o365_227"));
  }

  @Test
  void exchangesPredictionsOfEqualPhrases() {
    var accuracy = new GroundingAccuracy(GroundingProtocol.STRICT, Map.of());
    accuracy.addImage(
        "cards",
        List.of(
            new GroundedRegion("A king", "king", LEFT, RIGHT),
            new GroundedRegion("a  king", "king", RIGHT, LEFT),
            new GroundedRegion("a queen", "queen", LEFT, RIGHT)));
    accuracy.addImage("one", List.of(new GroundedRegion("a king", "king", LEFT, LEFT)));
    assertThat(accuracy.table().numbers())
        .contains(
            entry("acc50", 0.25),
            entry("assigned.acc50", 0.75),
            entry("assigned.macc", 0.75),
            entry("assigned.mean_iou", 0.75),
            entry("repeated", 0.5),
            entry("acc50_of_3", 0.0),
            entry("acc50_of_1", 1.0),
            entry("mean_iou_of_3", 0.0));
  }

  @Test
  void aMissingPredictionIsExchangedToo() {
    var accuracy = new GroundingAccuracy(GroundingProtocol.STRICT, Map.of());
    accuracy.addImage(
        "cards",
        List.of(
            new GroundedRegion("king", "king", LEFT, null),
            new GroundedRegion("king", "king", RIGHT, LEFT)));
    assertThat(accuracy.table().numbers())
        .contains(entry("acc50", 0.0), entry("assigned.acc50", 0.5), entry("missing", 0.5));
  }

  @Test
  void refusesATruthWithoutASize() {
    assertThatThrownBy(() -> new GroundedRegion("x", "c", new PixelBox(3, 0, 1, 5), null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("area -10.0");
    assertThat(new GroundingProtocol(Measure.IOU, Rule.ABOVE)).isEqualTo(GroundingProtocol.STRICT);
  }

  private static int hits(
      GroundingProtocol protocol, PixelBox truth, @Nullable PixelBox predicted) {
    return protocol.hits(protocol.measure(truth, predicted));
  }
}
