package ai.echogen.scoring.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import ai.echogen.data.CounterRandom;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RatioTableTest {
  @Test
  void dividesSumsAndAveragesGroups() {
    var table = new RatioTable();
    table.row("b").add("hits", 1, 2).add("class", "cat", 1, 1).add("class", "dog", 0, 2);
    table.row("a").add("hits", 3, 3).add("class", "cat", 0, 1).add("nothing", 0, 0);
    table.leaveOut("unreadable");
    table.leaveOut("unreadable", 2);
    assertThat(table.numbers())
        .containsExactly(entry("class", (1 / 2.0 + 0) / 2), entry("hits", 4 / 5.0));
    assertThat(table.weights())
        .containsExactly(entry("class", 4.0), entry("hits", 5.0), entry("nothing", 0.0));
    assertThat(table.bySample("hits")).containsExactly(entry("a", 1.0), entry("b", 0.5));
    assertThat(table.leftOut()).containsExactly(entry("unreadable", 3L));
    assertThat(table.ids()).containsExactly("a", "b");
    assertThat(table.of(Set.of("b")).numbers()).containsEntry("hits", 0.5);
  }

  /** Numbers whose sum depends on the order in which they are added. */
  @Test
  void partsInAnyOrderGiveTheSameBits() {
    var whole = part(0, 200, 1);
    for (int numParts = 2; numParts < 9; numParts++) {
      var merged = new RatioTable();
      for (int k = numParts - 1; k >= 0; k--) {
        merged.merge(part(k, 200, numParts));
      }
      assertThat(merged.numbers()).isEqualTo(whole.numbers());
    }
    double forward = 0;
    double backward = 0;
    for (int i = 0; i < 200; i++) {
      forward += value(i);
      backward += value(199 - i);
    }
    assertThat(forward).as("the order counts here").isNotEqualTo(backward);
  }

  @Test
  void refusesASampleThatIsThereTwice() {
    var table = new RatioTable();
    table.row("x").add("hits", 1, 1);
    table.merge(part(0, 3, 1));
    var more = new RatioTable();
    more.row("x").add("hits", 1, 1);
    table.merge(more);
    assertThatThrownBy(table::numbers)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("sample x is there twice");
  }

  @ParameterizedTest
  @CsvSource({"NaN, 1", "1, NaN", "Infinity, 1", "1, -1", "1, Infinity"})
  void refusesWhatIsNoNumber(double sum, double weight) {
    var row = new RatioTable().row("x");
    assertThatThrownBy(() -> row.add("hits", sum, weight))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("hits of sample x");
  }

  @Test
  void nothingHasNoNumbers() {
    assertThat(new RatioTable().numbers()).isEmpty();
  }

  private static RatioTable part(int which, int count, int parts) {
    var table = new RatioTable();
    for (int i = which; i < count; i += parts) {
      table
          .row(String.format(Locale.ROOT, "%05d", i), "image " + i % 7)
          .add("mean", value(i), 1)
          .add("one", 1, 1);
    }
    return table;
  }

  private static double value(int i) {
    return Math.exp(CounterRandom.of(3, i).nextDouble(-20, 20));
  }
}
