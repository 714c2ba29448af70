package ai.echogen.scoring.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.echogen.data.CounterRandom;
import ai.echogen.layout.Box;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BoxBaselinesTest {
  private static final Set<String> PHRASES = Set.of("a cat", "a dog");

  @Test
  void answersWithMeansOfTheTrainingBoxes() {
    var baselines = new BoxBaselines(PHRASES);
    baselines.add("A Cat", new Box(0, 0, 0.5f, 0.5f));
    baselines.add("a cat", new Box(0.25f, 0.5f, 0.75f, 1));
    baselines.add("a bird", new Box(0.5f, 0.25f, 1, 0.75f));
    assertThat(baselines.mean("a cat", 80, 40)).isEqualTo(new PixelBox(10, 10, 50, 30));
    assertClose(baselines.mean(80, 40), new PixelBox(20, 10, 60, 30));
    assertThat(baselines.mean("a dog", 80, 40)).isEqualTo(baselines.mean(80, 40));
    assertThat(baselines.mean("never asked for", 80, 40)).isEqualTo(baselines.mean(80, 40));
    assertThat(BoxBaselines.constant(80, 40)).isEqualTo(new PixelBox(20, 10, 60, 30));
  }

  @Test
  void partsInAnyOrderGiveTheSameBits() {
    var whole = new BoxBaselines(PHRASES);
    IntStream.range(0, 900).forEach(i -> whole.add("a cat", box(i)));
    var merged = new BoxBaselines(PHRASES);
    for (int part = 6; part >= 0; part--) {
      var sums = new BoxBaselines(PHRASES);
      IntStream.iterate(part, i -> i < 900, i -> i + 7).forEach(i -> sums.add("a cat", box(i)));
      merged.merge(sums);
    }
    assertThat(merged.mean("a cat", 1, 1)).isEqualTo(whole.mean("a cat", 1, 1));
    assertThat(merged.mean(1, 1)).isEqualTo(whole.mean(1, 1));
  }

  @Test
  void refusesTheMeanOfNothing() {
    assertThatThrownBy(() -> new BoxBaselines(PHRASES).mean("a cat", 1, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the mean of no boxes");
  }

  private static Box box(int i) {
    var random = CounterRandom.of(4, i);
    float x = (float) random.nextDouble(0, 0.5);
    float y = (float) random.nextDouble(0, 0.5);
    return new Box(x, y, x + 0.3f, y + 0.2f);
  }

  private static void assertClose(PixelBox got, PixelBox expected) {
    assertThat(got.l1OfCorners(expected, 1, 1)).isCloseTo(0, within(1e-6));
  }
}
