package ai.echogen.data.feed;

import ai.echogen.data.CounterRandom;
import ai.echogen.data.RowRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Which rows make up which micro-shard: arithmetic on (rows, {@link Batching}, step) alone, so that
 * rows can be read in long pieces and an executor reads only those of its micro-shards.
 *
 * <p>Rows lie in blocks. An epoch is a random order of the blocks, of which each lane, the
 * micro-shards of one number, takes one slice; rows left over come in another epoch's order. A
 * lane's slice is cut into pools, each as many batches as every other lane's, and shuffled within.
 * In a pool, windows of batches are sorted by length, so that little is padded, and a window's
 * batches come in a random order that all lanes share, so that the micro-shards of a step are of
 * like lengths. Whatever the number of files, the order is the same.
 */
final class EpochOrder {
  private static final int MAX_WINDOW = 32; // batches
  private static final int MAX_BLOCK = 512; // rows
  private static final int MIN_BLOCKS_A_LANE = 16; // of small data, or nothing would be shuffled
  private static final long ORDER = 0x6f72646572L;
  private static final long POOL = 0x706f6f6cL;
  private static final long WINDOW = 0x77696e646f77L;

  private final long rows;
  private final Batching batching;
  private final int numBlocks;
  private final int windowBatches;
  private final int poolBatches;

  /**
   * @param maxPoolRows most rows of the pools of all lanes together, where a batch is not more
   * @throws IllegalArgumentException if there are fewer rows than a batch needs
   */
  EpochOrder(long rows, Batching batching, long maxPoolRows) {
    if (rows < batching.batch()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a batch of %d needs at least as many training samples, got %d",
              batching.batch(),
              rows));
    }
    this.rows = rows;
    this.batching = batching;
    long lanesBlocks = (long) MIN_BLOCKS_A_LANE * batching.microShards();
    long block = Math.max(1, Math.min(MAX_BLOCK, rows / lanesBlocks));
    numBlocks = Math.toIntExact((rows + block - 1) / block);
    long batches = Math.max(1, Math.min(maxPoolRows / batching.batch(), batchesAnEpoch()));
    windowBatches = (int) Math.min(MAX_WINDOW, batches);
    poolBatches = Math.toIntExact(batches / windowBatches * windowBatches);
  }

  long batchesAnEpoch() {
    return rows / batching.batch();
  }

  int numBlocks() {
    return numBlocks;
  }

  /** The rows of a block. */
  RowRange block(int block) {
    return new RowRange(rows * block / numBlocks, rows * (block + 1) / numBlocks);
  }

  private long poolsAnEpoch() {
    return (batchesAnEpoch() + poolBatches - 1) / poolBatches;
  }

  /** The pool that a step's samples are in, counted over all epochs. */
  long pool(long step) {
    return step / batchesAnEpoch() * poolsAnEpoch() + step % batchesAnEpoch() / poolBatches;
  }

  /** The place of a step among those of its pool. */
  int placeInPool(long step) {
    return (int) (step % batchesAnEpoch() % poolBatches);
  }

  /** Steps that a pool serves. */
  int numSteps(long pool) {
    long first = pool % poolsAnEpoch() * poolBatches;
    return (int) Math.min(poolBatches, batchesAnEpoch() - first);
  }

  /** A lane's rows of a pool, before they are shuffled; counted over all files. */
  List<RowRange> rows(long pool, int lane) {
    long before = pool % poolsAnEpoch() * poolBatches;
    long from = batchesAnEpoch() * batching.firstPlace(lane) + before * batching.size(lane);
    return slice(pool / poolsAnEpoch(), from, from + (long) numSteps(pool) * batching.size(lane));
  }

  private List<RowRange> slice(long epoch, long from, long to) {
    var blocks = CounterRandom.of(batching.seed(), ORDER, epoch).permutation(numBlocks);
    var slice = new ArrayList<RowRange>();
    long place = 0; // of the block's first row in the epoch
    for (int i = 0; i < numBlocks && place < to; i++) {
      var block = block(blocks[i]);
      long end = place + block.size();
      if (end > from) {
        slice.add(
            new RowRange(
                block.from() + Math.max(0, from - place), block.to() - Math.max(0, end - to)));
      }
      place = end;
    }
    return slice;
  }

  /**
   * Where the samples of a lane's pool come: {@code size(lane)} for its first step, then those for
   * the next.
   *
   * @param lengths of its samples, in the order of {@link #rows(long, int)}
   * @return places in {@code lengths}
   */
  int[] order(long pool, int lane, int[] lengths) {
    long epoch = pool / poolsAnEpoch();
    long poolOfEpoch = pool % poolsAnEpoch();
    int size = batching.size(lane);
    var shuffled =
        Arrays.stream(
                CounterRandom.of(batching.seed(), POOL, epoch, lane, poolOfEpoch)
                    .permutation(lengths.length))
            .boxed()
            .toArray(Integer[]::new);
    var order = new int[lengths.length];
    for (int first = 0; first < numSteps(pool); first += windowBatches) {
      int batches = Math.min(windowBatches, numSteps(pool) - first);
      int from = first * size;
      Arrays.sort(shuffled, from, from + batches * size, Comparator.comparingInt(i -> lengths[i]));
      long window = (poolOfEpoch * poolBatches + first) / windowBatches;
      var sorted = CounterRandom.of(batching.seed(), WINDOW, epoch, window).permutation(batches);
      for (int i = 0; i < batches * size; i++) {
        order[from + i] = shuffled[from + sorted[i / size] * size + i % size];
      }
    }
    return order;
  }
}
