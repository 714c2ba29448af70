package ai.echogen.data.synth;

import static org.assertj.core.api.Assertions.assertThat;

import ai.echogen.data.CounterRandom;
import ai.echogen.layout.Box;
import ai.echogen.layout.Region;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SceneCaptionTest {
  private static final Region FIR = region("fir", 0.1f, 0.1f);
  private static final Region APPLE = region("apple", 0.2f, 0.7f);
  private static final Region TYRE = region("striped red ring", 0.7f, 0.1f);

  @Test
  void namesASingleObject() {
    assertThat(caption(0, APPLE)).isEqualTo("an apple");
  }

  @Test
  void countsAndListsInTheOrderOfTheRegions() {
    assertThat(caption(0, FIR, APPLE, TYRE))
        .startsWith("three objects, a fir, an apple and a striped red ring");
    assertThat(caption(0, FIR, APPLE)).startsWith("two objects, a fir and an apple");
  }

  @Test
  void halfOfTheCaptionsHoldATrueRelation() {
    var relations =
        LongStream.range(0, 1000)
            .mapToObj(seed -> caption(seed, FIR, APPLE))
            .filter(c -> c.contains(" is "))
            .toList();
    assertThat(relations).hasSizeBetween(430, 570);
    assertThat(relations)
        .allMatch(
            c ->
                c.endsWith(", the fir is above the apple")
                    || c.endsWith(", the apple is below the fir"));
    assertThat(LongStream.range(0, 20).mapToObj(seed -> caption(seed, FIR, TYRE)))
        .anyMatch(c -> c.endsWith(", the fir is left of the striped red ring"))
        .anyMatch(c -> c.endsWith(", the striped red ring is right of the fir"));
  }

  private static String caption(long seed, Region... regions) {
    return SceneCaption.of(List.of(regions), CounterRandom.of(seed));
  }

  private static Region region(String phrase, float x, float y) {
    return new Region(phrase, phrase, new Box(x, y, x + 0.2f, y + 0.2f));
  }
}
