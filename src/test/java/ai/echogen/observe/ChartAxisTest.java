package ai.echogen.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChartAxisTest {
  @ParameterizedTest
  @CsvSource({
    "0, 1, 0 0.2 0.4 0.6 0.8 1",
    "1, 2000, 500 1000 1500 2000",
    "-0.3, 0.31, -0.3 -0.2 -0.1 0 0.1 0.2 0.3",
    "0, 0.00001, 0 2e-6 4e-6 6e-6 8e-6 1e-5",
    "7, 7, 6.4 6.6 6.8 7 7.2 7.4 7.6",
  })
  void linearTicksAreRoundAndWithin(double low, double high, String labels) {
    var ticks = new ChartAxis.Linear(low, high).ticks();
    assertThat(ticks.stream().map(ChartAxis::label)).containsExactly(labels.split(" "));
  }

  @ParameterizedTest
  @CsvSource({
    "0.5, 30, 0.5 1 2 5 10 20",
    "0.0005, 12, 0.001 0.01 0.1 1 10",
    "2, 3, 2 2.2 2.4 2.6 2.8 3",
  })
  void logarithmicTicksArePowersOrTheirMultiples(double low, double high, String labels) {
    var ticks = new ChartAxis.Logarithmic(low, high).ticks();
    assertThat(ticks.stream().map(ChartAxis::label)).containsExactly(labels.split(" "));
  }

  @Test
  void manyDecadesHaveFewTicks() {
    assertThat(new ChartAxis.Logarithmic(1e-30, 1e30).ticks()).hasSizeBetween(4, 10);
  }

  @Test
  void positionsRunFromZeroToOne() {
    var linear = new ChartAxis.Linear(10, 30);
    assertThat(linear.position(10)).isZero();
    assertThat(linear.position(15)).isEqualTo(0.25);
    var logarithmic = new ChartAxis.Logarithmic(1, 10_000);
    assertThat(logarithmic.position(100)).isEqualTo(0.5, within(1e-12));
    assertThat(logarithmic.position(10_000)).isEqualTo(1, within(1e-12));
  }

  @Test
  void aLogarithmicAxisShowsPositiveValuesOnly() {
    var axis = new ChartAxis.Logarithmic(1, 10);
    assertThat(axis.shows(0)).isFalse();
    assertThat(axis.shows(-1)).isFalse();
    assertThat(axis.shows(Double.NaN)).isFalse();
    assertThat(axis.shows(2)).isTrue();
  }

  @Test
  void roomAroundValuesDoesNotGoBelowZeroWithoutNeed() {
    assertThat(ChartAxis.Linear.around(0.01, 1).low()).isZero();
    assertThat(ChartAxis.Linear.around(-1, 1).low()).isEqualTo(-1.1, within(1e-12));
    assertThat(ChartAxis.Linear.around(50, 51).low()).isEqualTo(49.95, within(1e-12));
  }
}
