package ai.echogen.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.data.CounterRandom;
import ai.echogen.data.shards.Finding;
import ai.echogen.image.Picture;
import ai.echogen.image.Png;
import ai.echogen.layout.Layout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PasterTest {
  private static final int SIZE = 96;
  private static final Paste ONE = new Paste(1, 1, 0.3, 1, 1, false, 100);

  private final List<Finding> findings = new ArrayList<>();

  /** A cut-out of one colour, from a sample of its own. */
  private static Cutout cutout(String phrase, int color, int width, int height) {
    var picture = new Picture(width, height, new int[width * height]);
    Arrays.fill(picture.argb(), color);
    var donor = new Donor("of " + phrase, 0, phrase, width, height, width, height, 1, 0);
    return new Cutout(donor, phrase, Png.encode(picture.opaque()));
  }

  private static Paster paster(Rules rules, Cutout... cutouts) {
    return new Paster(rules.get(), ObjectBank.of(List.of(cutouts)));
  }

  private static Annotated cup() {
    return new Drawn(SIZE, SIZE)
        .rectangle("cup", Drawn.RED, 30, 30, 70, 70)
        .captioned("the cup of today");
  }

  @Test
  void whatIsPastedLiesInItsBoxAndHidesLittle() {
    var paster = paster(Rules.of(1, SIZE).with(ONE), cutout("blue owl", Drawn.BLUE, 30, 20));
    int overlaps = 0;
    for (int seed = 0; seed < 200; seed++) {
      var after = paster.apply(cup(), CounterRandom.of(seed), findings);
      assertThat(after.regions()).extracting(region -> region.phrase()).contains("cup");
      assertThat(after.regions()).hasSize(2);
      // The outermost two pixels are feathered.
      assertThat(Drawn.distance(after, "blue owl", Drawn.BLUE)).isLessThan(2.1);
      var box = Extent.of(after.regions().get(1).box());
      assertThat(box.area() * SIZE * SIZE).isCloseTo(600, within(0.01));
      long red = Drawn.count(after.picture(), Drawn.RED);
      assertThat(red).isGreaterThanOrEqualTo(1600 * 7 / 10);
      overlaps += red < 1600 ? 1 : 0;
      assertThat(after.layout().caption()).isEqualTo("the cup of today, and a blue owl");
    }
    assertThat(overlaps).isGreaterThan(20);
    assertThat(findings).hasSize(200).allMatch(f -> f.reason().equals(Paster.PASTED));
    assertThat(Drawn.count(cup().picture(), Drawn.RED)).isEqualTo(1600);
  }

  @Test
  void objectsAreScaledMirroredAndTurned() {
    var rules =
        Rules.of(1, SIZE)
            .with(new Paste(1, 1, 0.3, 0.5, 1.5, false, 100))
            .with(new Rotate(0, 0.75, 0.6, Fill.MIRROR))
            .flipped(0.5);
    var paster = paster(rules, cutout("owl", Drawn.BLUE, 40, 20));
    double least = 1e9;
    double most = 0;
    int upright = 0;
    for (int seed = 0; seed < 200; seed++) {
      var after = paster.apply(cup(), CounterRandom.of(seed), findings);
      if (after.regions().size() == 2) {
        assertThat(Drawn.distance(after, "owl", Drawn.BLUE)).isLessThan(2.1);
        var box = Extent.of(after.regions().get(1).box());
        double width = (box.x1() - box.x0()) * SIZE;
        double height = (box.y1() - box.y0()) * SIZE;
        assertThat(Math.max(width, height) / Math.min(width, height)).isBetween(1.8, 2.2);
        upright += height > width ? 1 : 0;
        least = Math.min(least, Math.max(width, height));
        most = Math.max(most, Math.max(width, height));
      }
    }
    assertThat(least).isBetween(19.0, 24.0);
    assertThat(most).isBetween(50.0, 61.0);
    assertThat(upright).isGreaterThan(40);
  }

  @Test
  void theBoxOfATurnedObjectIsAroundItsEllipse() {
    var rules = Rules.of(1, SIZE).with(ONE).with(new Rotate(30, 0, 0.6, Fill.MIRROR));
    var owl = new Drawn(60, 40).ellipse("owl", Drawn.BLUE, 0, 0, 60, 40).captioned("").picture();
    var donor = new Donor("other", 0, "owl", 60, 40, 60, 40, 1, 0);
    var paster = paster(rules, new Cutout(donor, "owl", Png.encode(owl.opaque())));
    for (int seed = 0; seed < 30; seed++) {
      var before = new Drawn(SIZE, SIZE).captioned("");
      var after = paster.apply(before, CounterRandom.of(seed), findings);
      assertThat(Drawn.distance(after, "owl", Drawn.BLUE)).as("seed %d", seed).isLessThan(3);
    }
  }

  @Test
  void tooLargeObjectsAreMadeSmaller() {
    var rules = Rules.of(1, SIZE).with(new Paste(1, 1, 0.3, 4, 4, false, 100));
    var after =
        paster(rules, cutout("owl", Drawn.BLUE, 80, 40))
            .apply(new Drawn(SIZE, SIZE).captioned(""), CounterRandom.of(1), findings);
    var box = after.regions().get(0).box();
    assertThat(box.x1() - box.x0()).isBetween(0.88f, 0.91f);
    assertThat(after.layout()).isEqualTo(new Layout("an owl", after.regions()));
  }

  @Test
  void aPictureHasTenRegionsAtMost() {
    var paster =
        paster(
            Rules.of(1, SIZE).with(new Paste(1, 5, 0.9, 1, 1, true, 100)),
            cutout("owl", Drawn.BLUE, 10, 10));
    var drawn = new Drawn(SIZE, SIZE);
    for (int i = 0; i < 9; i++) {
      drawn.region("cup", 0, 0, 90, 90);
    }
    for (int seed = 0; seed < 50; seed++) {
      assertThat(paster.apply(drawn.captioned("nine"), CounterRandom.of(seed), findings).regions())
          .hasSize(Layout.MAX_REGIONS);
    }
    var full = drawn.region("cup", 0, 0, 9, 9).captioned("ten");
    assertThat(paster.apply(full, CounterRandom.of(1), findings)).isSameAs(full);
    var beyond = drawn.region("cup", 0, 0, 9, 9).captioned("eleven");
    assertThat(paster.apply(beyond, CounterRandom.of(1), findings)).isSameAs(beyond);
  }

  @Test
  void aPhraseThatIsThereIsPastedOnlyIfThatIsWanted() {
    var again = cutout("cup", Drawn.BLUE, 10, 10);
    var before = cup();
    assertThat(
            paster(Rules.of(1, SIZE).with(ONE), again).apply(before, CounterRandom.of(1), findings))
        .isSameAs(before);
    var repeats = new Paste(1, 1, 0.3, 1, 1, true, 100);
    assertThat(
            paster(Rules.of(1, SIZE).with(repeats), again)
                .apply(before, CounterRandom.of(1), findings)
                .regions())
        .hasSize(2);
  }

  @Test
  void nothingIsPastedIntoItsOwnPictureOrWhereThereIsNoRoom() {
    var own = cutout("owl", Drawn.BLUE, 10, 10);
    var before = new Annotated("of owl", cup().picture(), cup().layout());
    assertThat(
            paster(Rules.of(1, SIZE).with(ONE), own).apply(before, CounterRandom.of(1), findings))
        .isSameAs(before);
    var covered = new Drawn(SIZE, SIZE).region("wall", 0, 0, SIZE, SIZE).captioned("");
    var none = new Paste(1, 1, 0, 1, 1, false, 100);
    assertThat(
            paster(Rules.of(1, SIZE).with(none), own).apply(covered, CounterRandom.of(1), findings))
        .isSameAs(covered);
    assertThat(
            new Paster(Rules.of(1, SIZE).with(ONE).get(), ObjectBank.empty())
                .apply(before, CounterRandom.of(1), findings))
        .isSameAs(before);
    assertThat(findings).isEmpty();
  }

  @Test
  void aBalancedBankDrawsPhrasesEvenly() {
    var cutouts = new ArrayList<Cutout>();
    for (int i = 0; i < 9; i++) {
      cutouts.add(cutout("owl", Drawn.BLUE, 9 + i, 9));
    }
    cutouts.add(cutout("cup", Drawn.RED, 9, 9));
    var random = CounterRandom.of(1);
    int balanced = 0;
    int plain = 0;
    for (int i = 0; i < 1000; i++) {
      balanced += ObjectBank.balanced(cutouts).draw(random).phrase().equals("cup") ? 1 : 0;
      plain += ObjectBank.of(cutouts).draw(random).phrase().equals("cup") ? 1 : 0;
    }
    assertThat(balanced).isBetween(440, 560);
    assertThat(plain).isBetween(60, 140);
  }

  @Test
  void whatIsHiddenIsCountedByPixel() {
    var seen = new Visibility(100, 100);
    seen.add(new Extent(0.1, 0.1, 0.2, 0.2)); // ten by ten pixels
    assertThat(seen.admits(new Picture.Area(0, 0, 13, 50), 0.3)).isTrue();
    assertThat(seen.admits(new Picture.Area(0, 0, 14, 50), 0.3)).isFalse();
    seen.hide(new Picture.Area(0, 0, 12, 50));
    assertThat(seen.admits(new Picture.Area(0, 0, 13, 50), 0.3)).isTrue();
    assertThat(seen.admits(new Picture.Area(15, 0, 2, 50), 0.3)).isFalse();
    seen.add(new Extent(0, 0, 0.1, 0.1)); // lies over what hides the other one
    assertThat(seen.admits(new Picture.Area(0, 0, 3, 10), 0.3)).isTrue();
    assertThat(seen.admits(new Picture.Area(0, 0, 4, 10), 0.3)).isFalse();
  }
}
