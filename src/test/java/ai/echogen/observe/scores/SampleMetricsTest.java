package ai.echogen.observe.scores;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.echogen.observe.scores.SampleScores.Share;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SampleMetricsTest {
  private static final Share ONE = new Share(1, 1);

  @Test
  void metricsOfMostSamplesComeFirst() {
    var samples =
        List.of(
            Samples.of("a", "x", Map.of("b", ONE, "a", ONE, "rare", ONE)),
            Samples.of("b", "x", Map.of("b", ONE, "a", ONE, "none", new Share(0, 0))));
    assertThat(SampleMetrics.of(samples)).containsExactly("a", "b", "rare");
  }

  @Test
  void theMostTellingLeadsUnlessAnotherIsAskedFor() {
    var metrics = List.of("acc50", "layout.mean_iou", "x");
    assertThat(SampleMetrics.leading(metrics, Optional.empty())).hasValue("layout.mean_iou");
    assertThat(SampleMetrics.leading(metrics, Optional.of("x"))).hasValue("x");
    assertThat(SampleMetrics.leading(List.of("p", "q"), Optional.empty())).hasValue("p");
    assertThat(SampleMetrics.leading(List.of(), Optional.empty())).isEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SampleMetrics.leading(metrics, Optional.of("iou")))
        .withMessage(
            "metric=iou: no sample has a number of it; the samples have acc50, layout.mean_iou, x");
  }

  @Test
  void theLeadingMetricIsShownHoweverManyThereAre() {
    var metrics = List.of("a", "b", "c");
    assertThat(SampleMetrics.shown(metrics, Optional.of("c"), 2)).containsExactly("c", "a");
    assertThat(SampleMetrics.shown(metrics, Optional.of("a"), 5)).containsExactly("a", "b", "c");
  }

  @Test
  void errorsAndDistancesAreBetterLow() {
    assertThat(List.of("frechet.drawing", "box.l1", "missing", "eval_loss", "FID"))
        .allMatch(SampleMetrics::isLowerBetter);
    assertThat(List.of("mean_iou", "acc50", "l10", "success"))
        .noneMatch(SampleMetrics::isLowerBetter);
  }
}
