package ai.echogen.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiguresTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0.0, 0",
    "0.0003, 3.0e-04",
    "0.00996, 0.010",
    "0.91249, 0.912",
    "-9.99951, -10.00",
    "9.99949, 9.999",
    "12.345, 12.35",
    "99.996, 100.0",
    "999.96, 1000",
    "123456.7, 123457",
    "12345678, 1.235e+07",
    "NaN, NaN",
    "-Infinity, -Infinity",
  })
  void numbersHaveAboutFourDigits(double value, String text) {
    assertThat(Figures.number(value)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "400, 0s",
    "59400, 59s",
    "59600, 1m00s",
    "187000, 3m07s",
    "3599600, 1h00m",
    "7500000, 2h05m",
    "90000000, 1d01h",
  })
  void durationsHaveTwoUnits(long millis, String text) {
    assertThat(Figures.duration(Duration.ofMillis(millis))).isEqualTo(text);
  }
}
