package ai.echogen.scoring.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.scoring.metrics.OverlapScores.NamedBox;
import java.util.List;
import org.junit.jupiter.api.Test;

class OverlapScoresTest {
  private static final PixelBox LEFT = new PixelBox(0, 0, 100, 100);
  private static final PixelBox RIGHT = new PixelBox(50, 0, 150, 100); // IoU with LEFT 1/3
  private static final PixelBox FAR = new PixelBox(500, 500, 600, 600);

  @Test
  void difficultyIsOverlapTimesLikenessOfEachPairOnce() {
    double difficulty =
        OverlapScores.difficulty(
            List.of(LEFT, RIGHT, FAR, LEFT), (i, k) -> 0.5 + 0.1 * i + 0.01 * k);
    // Pairs (0, 1), (0, 3) and (1, 3) overlap: 1/3, 1 and 1/3.
    assertThat(difficulty).isCloseTo(0.51 / 3 + 0.53 + 0.63 / 3, within(1e-12));
  }

  @Test
  void pairsWhatIsSeenGreedilyWithinACategory() {
    var scores = new OverlapScores(0);
    var cat = new PixelBox(0, 0, 80, 100); // IoU with LEFT 0.8, with RIGHT 0.2
    var otherCat = new PixelBox(0, 0, 60, 100); // 0.6 and 10/150
    scores.add(
        "1",
        "simple",
        List.of(named("cat", LEFT), named("cat", RIGHT), named("dog", FAR), named("dog", LEFT)),
        List.of(named("cat", otherCat), named("cat", cat), named("dog", FAR), named("bird", LEFT)));
    double miou = (0.8 + 10 / 150.0 + 1 + 0) / 4;
    // Three pairs overlap. Of the cats [50, 100] is wanted and [0, 60] seen: 10 of 100 pixels
    // across. The last dog is not seen, so its overlaps with the cats have 0.
    double common = 10 / 100.0;
    assertThat(scores.table().numbers().get("miou")).isCloseTo(miou, within(1e-12));
    assertThat(scores.table().numbers().get("o_miou")).isCloseTo(common / 3, within(1e-12));
    assertThat(scores.table().numbers())
        .containsEntry("overlaps", 3.0)
        .containsKeys("simple.miou", "simple.o_miou");
  }

  @Test
  void averagesImagesAndLeavesOutThoseWithoutOverlap() {
    var scores = new OverlapScores(0);
    var both = List.of(named("cat", LEFT), named("dog", RIGHT));
    scores.add("1", "", both, both);
    scores.add("2", "", both, List.of());
    scores.add("3", "", List.of(named("cat", LEFT)), List.of(named("cat", LEFT)));
    scores.add("4", "", List.of(), List.of());
    assertThat(scores.table().numbers())
        .containsExactly(entry("miou", 2 / 3.0), entry("o_miou", 0.5), entry("overlaps", 2 / 3.0));
    assertThat(scores.table().leftOut())
        .containsExactly(
            entry("no boxes that overlap, for o_miou", 1L), entry("no boxes wanted", 1L));
  }

  @Test
  void theBoundOnOverlapIsExclusive() {
    var both = List.of(named("cat", LEFT), named("dog", RIGHT));
    var strict = new OverlapScores(1 / 3.0);
    strict.add("1", "", both, both);
    assertThat(strict.table().numbers()).doesNotContainKey("o_miou");
  }

  private static NamedBox named(String name, PixelBox box) {
    return new NamedBox(name, box);
  }
}
