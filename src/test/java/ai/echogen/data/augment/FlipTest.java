package ai.echogen.data.augment;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.data.CounterRandom;
import ai.echogen.data.shards.Finding;
import ai.echogen.image.Picture;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FlipTest {
  private final List<Finding> findings = new ArrayList<>();

  @Test
  void pixelsBoxesAndWordsChangeSides() {
    var before =
        new Drawn(100, 50)
            .rectangle("left cup", Drawn.RED, 10, 5, 30, 25)
            .captioned("The left cup, and a right-hand one.");

    var after = Flip.mirrored(before);

    assertThat(Drawn.distance(after, "right cup", Drawn.RED)).isLessThan(0.001);
    assertThat(Drawn.found(after.picture(), Drawn.RED)).isEqualTo(new Extent(0.7, 0.1, 0.9, 0.5));
    assertThat(after.layout().caption()).isEqualTo("The right cup, and a left-hand one.");
    assertThat(after.regions().get(0).category()).isEqualTo("right cup");
    assertThat(Flip.mirrored(after).picture().argb()).isEqualTo(before.picture().argb());
  }

  @Test
  void aCaptionThatCountsStaysTheCount() {
    var before = new Drawn(9, 9).region("left shoe", 0, 0, 4, 4).captioned("a left shoe");
    assertThat(Flip.mirrored(before).layout().caption()).isEqualTo("a right shoe");
  }

  @Test
  void aShareOfTheCopiesIsMirrored() {
    var before = new Drawn(9, 9).region("cup", 0, 0, 4, 4).captioned("a cup");
    for (int seed = 0; seed < 1000; seed++) {
      var unused = new Flip(0.25).apply(before, CounterRandom.of(seed), findings);
    }
    assertThat(findings).hasSizeBetween(200, 300);
    findings.clear();
    assertThat(new Flip(0).apply(before, CounterRandom.of(1), findings)).isSameAs(before);
    assertThat(findings).isEmpty();
  }

  /** One less the right edge is one, as a float. */
  @Test
  void aBoxThatWouldBecomeEmptyIsNotMirrored() {
    var sliver = new Region("hair", "hair", new Box(0, 0, 1e-10f, 1));
    var before = new Annotated("a", Picture.black(8, 8), new Layout("", List.of(sliver)));
    assertThat(new Flip(1).apply(before, CounterRandom.of(1), findings)).isSameAs(before);
  }
}
