package ai.echogen.scoring.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.echogen.data.CounterRandom;
import ai.echogen.data.shards.Finding;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class JudgedLinesTest {
  @Test
  void everythingComesBackToTheLastBit() {
    var random = CounterRandom.of(5);
    for (int i = 0; i < 200; i++) {
      float x = (float) (random.nextDouble() / 2);
      float y = (float) (random.nextDouble() / 2);
      var box = new Box(x, y, x + (float) (random.nextDouble() / 2), y + 0.25f);
      var region = new Region("a \"dog\"\n</script>", "dog", box);
      var layout = new Layout("caption é \u2028", List.of(region));
      var judged =
          Judged.of(Case.of("id/" + i, "test", "image", 333, 777, layout, new byte[] {1}))
              .withBoxes("read", Arrays.asList(box, null))
              .withSeen("drawing", List.of(Samples.seen("cat", random.nextDouble(), 1, 2, 30, 40)))
              .withVector("numbers", random.nextDouble() / 3, Double.MIN_VALUE, -0.0, 1e300)
              .withMisled(layout)
              .withPictures("pictures/a.png", null)
              .withFindings(List.of(Finding.adjusted("no picture", "x")));

      var read = JudgedLines.parse(JudgedLines.line(judged), "test");

      assertThat(read.sample()).isEqualTo(judged.sample());
      assertThat(read.sample().wanted()).isEqualTo(layout); // shares to pixels and back
      assertThat(read.boxes()).isEqualTo(judged.boxes());
      assertThat(read.seen()).isEqualTo(judged.seen());
      assertThat(read.vector("numbers")).isEqualTo(judged.vector("numbers"));
      assertThat(read.misled()).isEqualTo(layout);
      assertThat(read.drawing()).isEqualTo("pictures/a.png");
      assertThat(read.original()).isNull();
      assertThat(read.findings()).isEqualTo(judged.findings());
    }
  }

  @Test
  void aDamagedLineNamesItsPlace() {
    assertThatThrownBy(() -> JudgedLines.parse("{\"sample\": 3}", "parts/0: 7"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("parts/0: 7: is damaged");
    assertThatThrownBy(() -> Judged.of(Samples.sample("a")).withVector("x", Double.NaN))
        .hasMessage("sample a: x must be finite numbers, got NaN");
  }
}
