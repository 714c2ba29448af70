package ai.echogen.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdSetTest {
  private final IdSet ids = new IdSet();

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "7", "999999999", "1000000000", "-1", "७", "12a", "a photo"})
  void anIdIsNewOnce(String id) {
    assertThat(ids.add(id)).isTrue();
    assertThat(ids.add(id)).isFalse();
  }

  @Test
  void numbersThatAreWrittenOtherwiseAreOthers() {
    for (var id :
        List.of("7", "07", "000000007", "0000000007", "7.0", "+7", " 7", "-7", "0", "00")) {
      assertThat(ids.add(id)).as(id).isTrue();
    }
    assertThat(ids.add("000000007")).isFalse();
  }

  @Test
  void eachOfManyIsFoundAgain() {
    for (int i = 0; i < 200_000; i++) {
      assertThat(ids.add("" + i * 4_999L)).isTrue(); // some have ten digits
    }
    for (int i = 0; i < 200_000; i += 1_000) {
      assertThat(ids.add("" + i * 4_999L)).isFalse();
      assertThat(ids.add("" + (i * 4_999L + 1))).isTrue();
    }
  }
}
