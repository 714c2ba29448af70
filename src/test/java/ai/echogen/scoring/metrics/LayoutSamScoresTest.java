package ai.echogen.scoring.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import ai.echogen.scoring.metrics.LayoutSamScores.Region;
import java.util.List;
import org.junit.jupiter.api.Test;

class LayoutSamScoresTest {
  @Test
  void averagesOverAllRegionsAndNotOverImages() {
    var scores = new LayoutSamScores();
    scores.add(
        "1",
        List.of(
            new Region(true, true, true, false),
            new Region(true, false, true, false),
            new Region(false, true, true, true))); // not there: nothing of it is right
    scores.add("2", List.of(new Region(true, true, true, true)));
    scores.add("3", List.of(Region.ABSENT));
    scores.table().leaveOut("no answer");
    assertThat(scores.table().numbers())
        .containsExactly(
            entry("color", 2 / 5.0),
            entry("shape", 1 / 5.0),
            entry("spatial", 3 / 5.0),
            entry("texture", 3 / 5.0));
    assertThat(scores.table().weights()).containsEntry("spatial", 5.0);
    assertThat(scores.table().leftOut()).containsExactly(entry("no answer", 1L));
  }
}
