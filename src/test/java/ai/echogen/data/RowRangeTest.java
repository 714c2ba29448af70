package ai.echogen.data;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RowRangeTest {
  @Test
  void aMillionImagesMakeFewTasksOfWholeBatches() {
    var tasks = RowRange.tasks(1_000_003, 16);

    assertThat(tasks).hasSize(2000);
    assertThat(tasks.subList(0, 1999)).allMatch(task -> task.size() % 16 == 0);
    assertThat(tasks).allMatch(task -> task.size() > 480 && task.size() <= 512);
    for (int i = 1; i < tasks.size(); i++) {
      assertThat(tasks.get(i).from()).isEqualTo(tasks.get(i - 1).to());
    }
    assertThat(tasks.get(1999).to()).isEqualTo(1_000_003);
  }

  @Test
  void littleIsATaskABatch() {
    assertThat(RowRange.tasks(10, 4))
        .containsExactly(new RowRange(0, 4), new RowRange(4, 8), new RowRange(8, 10));
    assertThat(RowRange.tasks(0, 4)).containsExactly(new RowRange(0, 0));
  }
}
