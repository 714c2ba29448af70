package ai.echogen.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LineChartTest {
  private static final double[] STEPS = {0, 1, 2, 3, 4};

  @Test
  void aLineGoesThroughItsPoints() {
    var html = chart().series("loss", new double[] {0, 10}, new double[] {0, 1}).html();
    // The plot spans x 70..698 and y 10..260; the axis ends 5 % above the highest value.
    assertThat(html).contains("<path class=\"line c0\" d=\"M70.0 260.0h0L698.0 21.9\"/>");
    assertThat(html).contains(">loss</span>").contains(">step</text>").contains(">nats</text>");
  }

  @Test
  void aMissingValueLeavesAGap() {
    var html = chart().series("loss", STEPS, new double[] {1, 2, Double.NaN, 2, 1}).html();
    assertThat(numMoves(html)).isEqualTo(2);
  }

  @Test
  void aLogarithmicAxisLeavesOutWhatIsNotPositive() {
    var chart = chart().series("loss", STEPS, new double[] {1, 10, 0, 100, 1000});
    assertThat(numMoves(chart.html())).isEqualTo(1);
    assertThat(numMoves(chart.logY().html())).isEqualTo(2);
    assertThat(chart.html()).contains(">1000</text>").contains(">10</text>");
  }

  @Test
  void smoothingIsShownBesideTheRawLine() {
    var chart = chart().series("loss", STEPS, new double[] {1, 3, 1, 3, 1});
    assertThat(chart.html()).doesNotContain("class=\"raw");
    assertThat(chart.smoothed(0.5).html())
        .contains("class=\"raw c0\"")
        .contains("class=\"line c0\"")
        .contains("faint: raw");
  }

  @Test
  void theAverageIsUnbiasedAtItsStartAndPassesOverWhatIsMissing() {
    var smooth = chart().smoothed(0.5).smooth(new double[] {4, 4, Double.NaN, 1});
    assertThat(smooth[0]).isEqualTo(4);
    assertThat(smooth[1]).isEqualTo(4);
    assertThat(smooth[2]).isNaN();
    assertThat(smooth[3]).isEqualTo((0.125 * 4 + 0.25 * 4 + 0.5) / 0.875);
  }

  @Test
  void manyPointsKeepTheirPeaksInASmallFile() {
    var x = IntStream.range(0, 200_000).asDoubleStream().toArray();
    var y = IntStream.range(0, 200_000).mapToDouble(i -> i == 123_456 ? 100 : i % 7).toArray();
    var html = chart().series("loss", x, y).html();
    assertThat(html.length()).isLessThan(60_000);
    // The peak of 100 lies where the axis, which ends 5 % above it, says.
    assertThat(html).contains(" 21.9L");
  }

  @Test
  void aMetricIsDrawnOverTheStepsThatHaveIt() {
    var entries =
        List.of(
            new JsonlSink.Entry(1, 0, Map.of("loss", 1.0)),
            new JsonlSink.Entry(2, 0, Map.of("lr", 1.0)),
            new JsonlSink.Entry(3, 0, Map.of("loss", 2.0)));
    assertThat(chart().metric("loss", entries).html())
        .isEqualTo(chart().series("loss", new double[] {1, 3}, new double[] {1, 2}).html());
  }

  @Test
  void aChartWithoutValuesSaysSo() {
    assertThat(chart().html()).contains("no values");
    assertThat(chart().series("loss", STEPS, new double[5]).logY().html()).contains("no values");
  }

  @Test
  void namesAreEscaped() {
    var html = new LineChart("a<b", "x&", "\"y\"").series("<i>", STEPS, STEPS).html();
    assertThat(html)
        .contains("a&lt;b", "x&amp;", "&quot;y&quot;", "&lt;i&gt;")
        .doesNotContain("<i>\"", "a<b");
  }

  @Test
  void refusesUnevenSeriesAndWeightsOutsideTheRange() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> chart().series("loss", STEPS, new double[2]))
        .withMessage("series loss needs a y for each x, got 5 and 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> chart().smoothed(1))
        .withMessageContaining("[0, 1), got 1.0");
  }

  private static LineChart chart() {
    return new LineChart("Loss", "step", "nats");
  }

  private static long numMoves(String html) {
    var path = Pattern.compile("class=\"line c0\" d=\"([^\"]*)\"").matcher(html);
    assertThat(path.find()).isTrue();
    return path.group(1).chars().filter(c -> c == 'M').count();
  }
}
