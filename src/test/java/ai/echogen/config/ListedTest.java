package ai.echogen.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ListedTest {
  @Test
  void ofVeryManyProblemsTheFirstAreListed() {
    assertThat(Listed.lines(List.of("a", "b"))).isEqualTo("a\n  b");
    var lines = Listed.lines(Collections.nCopies(6_000, "missing: a tensor")).lines().toList();
    assertThat(lines).hasSize(501);
    assertThat(lines.get(500)).isEqualTo("  and 5,500 more");
  }

  @Test
  void whatComesFromOutsideIsCut() {
    assertThat(Listed.cut("x".repeat(400))).hasSize(400).doesNotContain("…");
    assertThat(Listed.cut("x".repeat(10_000))).hasSize(401).endsWith("x…");
  }
}
