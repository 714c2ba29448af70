package ai.echogen.data.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EpochOrderTest {
  private static final int LARGE = 1 << 20;
  private static final int[] LENGTH = IntStream.range(0, 40_000).map(i -> i % 17).toArray();

  @ParameterizedTest
  @CsvSource({
    "1,      1,   1, 1048576",
    "7,      7,   3, 1048576",
    "10,     3,   2, 1048576",
    "100,    8,   8, 1048576",
    "1000,  10,   4, 1048576",
    "1000,  10,   4, 640",
    "1000,  10,   4, 320",
    "1000,  10,   4, 100",
    "1000,  10,   4, 3",
    "5000,  13,   5, 2000",
    "9000,  96,   8, 4096",
    "997,    2,   4, 128",
  })
  void anEpochTakesEachRowOnceUnlessItIsLeftOver(
      long rows, int batch, int lanes, long maxPoolRows) {
    var order = new EpochOrder(rows, new Batching(batch, lanes, 3), maxPoolRows);

    for (int epoch = 0; epoch < 3; epoch++) {
      var all = new ArrayList<Long>();
      for (long step = 0; step < order.batchesAnEpoch(); step++) {
        all.addAll(batch(order, new Batching(batch, lanes, 3), step, epoch));
      }
      assertThat(all).hasSize((int) (rows / batch * batch)).doesNotHaveDuplicates();
      assertThat(all).allMatch(row -> row >= 0 && row < rows);
    }
  }

  @Test
  void epochsAndSeedsDiffer() {
    var batching = new Batching(10, 2, 5);
    var order = new EpochOrder(105, batching, LARGE);
    var first = epoch(order, batching, 0);

    assertThat(epoch(order, batching, 0)).isEqualTo(first);
    assertThat(epoch(order, batching, 1)).isNotEqualTo(first);
    assertThat(new HashSet<>(epoch(order, batching, 1))).isNotEqualTo(new HashSet<>(first));
    var otherSeed = new Batching(10, 2, 6);
    assertThat(epoch(new EpochOrder(105, otherSeed, LARGE), otherSeed, 0)).isNotEqualTo(first);
  }

  @Test
  void theOrderIsAFunctionOfTheSeed() {
    var batching = new Batching(4, 2, 1);
    var order = new EpochOrder(14, batching, LARGE);

    var batches =
        LongStream.range(0, 6) // two epochs
            .mapToObj(
                step ->
                    IntStream.range(0, 2)
                        .boxed()
                        .flatMap(
                            lane -> microShard(order, batching, step, lane, new int[14]).stream())
                        .toList());

    assertThat(batches)
        .containsExactly(
            List.of(2L, 1L, 6L, 11L),
            List.of(13L, 12L, 7L, 3L),
            List.of(9L, 4L, 10L, 5L),
            List.of(10L, 5L, 4L, 8L),
            List.of(6L, 9L, 7L, 0L),
            List.of(13L, 11L, 3L, 1L));
  }

  @Test
  void refusesABatchLargerThanTheData() {
    assertThatThrownBy(() -> new EpochOrder(7, new Batching(8, 2, 1), LARGE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a batch of 8 needs at least as many training samples, got 7");
  }

  @Test
  void smallDataIsShuffledInSmallBlocks() {
    assertThat(new EpochOrder(640, new Batching(8, 4, 1), LARGE).numBlocks()).isEqualTo(64);
    assertThat(new EpochOrder(50, new Batching(8, 4, 1), LARGE).numBlocks()).isEqualTo(50);
    var large = new EpochOrder(2_000_000, new Batching(8, 4, 1), LARGE);
    assertThat(large.numBlocks()).isEqualTo(3907);
    for (int block = 0; block < large.numBlocks(); block++) {
      assertThat(large.block(block).to() - large.block(block).from()).isBetween(500L, 512L);
    }
  }

  @Test
  void aLaneReadsLongPiecesOfItsOwnBlocks() {
    var batching = new Batching(64, 8, 1);
    var order = new EpochOrder(2_000_000, batching, 32_768);

    assertThat(order.numSteps(0)).isEqualTo(512);
    for (int lane = 0; lane < 8; lane++) {
      var pieces = order.rows(5, lane);
      assertThat(pieces.stream().mapToLong(rows -> rows.to() - rows.from()).sum())
          .isEqualTo(512 * 8);
      assertThat(pieces).hasSizeBetween(8, 10);
    }
  }

  @Test
  void poolsOfAllLanesEndAtTheSameStep() {
    var batching = new Batching(10, 4, 1); // lanes of 2, 3, 2, 3
    var order = new EpochOrder(5000, batching, 1000);

    assertThat(order.numSteps(0)).isEqualTo(96); // the windows that 1000 rows hold
    assertThat(order.batchesAnEpoch()).isEqualTo(500);
    assertThat(LongStream.of(95, 96, 499, 500).map(order::pool)).containsExactly(0L, 1L, 5L, 6L);
    assertThat(IntStream.of(95, 96, 499, 500).map(order::placeInPool))
        .containsExactly(95, 0, 19, 0);
    assertThat(order.numSteps(5)).isEqualTo(20);
  }

  @Test
  void microShardsOfAStepHaveLikeLengths() {
    var batching = new Batching(16, 4, 1);
    var order = new EpochOrder(16 * 256, batching, LARGE);
    var length = new int[16 * 256];
    Arrays.setAll(length, i -> 10 + (i * 7919) % 90);
    long padded = 0;
    long paddedTogether = 0;
    long tokens = 0;
    for (long step = 0; step < 256; step++) {
      int longest = 0;
      for (int lane = 0; lane < 4; lane++) {
        var rows = microShard(order, batching, step, lane, length);
        int max = rows.stream().mapToInt(row -> length[row.intValue()]).max().orElseThrow();
        padded += max * 4L;
        longest = Math.max(longest, max);
        tokens += rows.stream().mapToInt(row -> length[row.intValue()]).sum();
      }
      paddedTogether += longest * 16L;
    }
    assertThat((double) padded / tokens).isBetween(1.0, 1.03); // 1.5 or so if not sorted
    assertThat((double) paddedTogether / tokens).isBetween(1.0, 1.15);
  }

  @Test
  void batchesOfAWindowComeInRandomOrder() {
    var batching = new Batching(8, 2, 1);
    var order = new EpochOrder(8 * 64, batching, LARGE);
    var length = IntStream.range(0, 8 * 64).toArray();
    var lengths =
        IntStream.range(0, 32)
            .map(step -> length[microShard(order, batching, step, 0, length).get(0).intValue()])
            .boxed()
            .toList();

    assertThat(lengths).isNotEqualTo(lengths.stream().sorted().toList());
  }

  private static List<Long> epoch(EpochOrder order, Batching batching, int epoch) {
    var all = new ArrayList<Long>();
    for (long step = 0; step < order.batchesAnEpoch(); step++) {
      all.addAll(batch(order, batching, step, epoch));
    }
    return all;
  }

  private static List<Long> batch(EpochOrder order, Batching batching, long step, int epoch) {
    var all = new ArrayList<Long>();
    for (int lane = 0; lane < batching.microShards(); lane++) {
      all.addAll(microShard(order, batching, epoch * order.batchesAnEpoch() + step, lane, LENGTH));
    }
    return all;
  }

  /** The rows of a micro-shard, as a reader of single rows has them. */
  private static List<Long> microShard(
      EpochOrder order, Batching batching, long step, int lane, int[] length) {
    long pool = order.pool(step);
    var rows =
        order.rows(pool, lane).stream()
            .flatMapToLong(piece -> LongStream.range(piece.from(), piece.to()))
            .toArray();
    var places =
        order.order(pool, lane, Arrays.stream(rows).mapToInt(row -> length[(int) row]).toArray());
    int size = batching.size(lane);
    int from = order.placeInPool(step) * size;
    return Arrays.stream(places, from, from + size).mapToObj(place -> rows[place]).toList();
  }
}
