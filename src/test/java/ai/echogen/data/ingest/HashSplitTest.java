package ai.echogen.data.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HashSplitTest {
  @Test
  void holdsOutTheShareAndAlwaysTheSameNames() {
    var names = IntStream.range(0, 20_000).mapToObj(String::valueOf).toList();
    var test = names.stream().filter(n -> HashSplit.of(n, 0.1).equals("test")).toList();

    assertThat(test).hasSizeBetween(1_850, 2_150);
    assertThat(names.stream().filter(n -> HashSplit.of(n, 0.2).equals("test")).toList())
        .containsAll(test);
    assertThat(HashSplit.of("1", 0)).isEqualTo("train");
    assertThat(HashSplit.of("1", 1)).isEqualTo("test");
  }
}
