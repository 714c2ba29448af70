package ai.echogen.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RowSpreadTest {
  @Test
  void placesAreSpreadOverAll() {
    assertThat(RowSpread.of(100, 4)).containsExactly(0L, 25L, 50L, 75L);
    assertThat(RowSpread.of(10, 3)).containsExactly(0L, 3L, 6L);
    assertThat(RowSpread.of(1L << 40, 16)).hasSize(16).last().isEqualTo(15L << 36);
  }

  @Test
  void fewAreTakenAsTheyAre() {
    assertThat(RowSpread.of(3, 16)).containsExactly(0L, 1L, 2L);
    assertThat(RowSpread.of(0, 16)).isEmpty();
    assertThat(RowSpread.of(List.of("a", "b", "c", "d"), 2)).containsExactly("a", "c");
  }
}
