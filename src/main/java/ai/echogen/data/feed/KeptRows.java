package ai.echogen.data.feed;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads each block once and keeps its samples: for data that memory holds, epoch after epoch. */
final class KeptRows<S> implements RowSource<S> {
  private static final class Block<S> {
    private @Nullable List<S> samples;
  }

  private final RowSource<S> source;
  private final EpochOrder order;
  private final List<Block<S>> blocks = new ArrayList<>();

  KeptRows(RowSource<S> source, EpochOrder order) {
    this.source = source;
    this.order = order;
    for (int i = 0; i < order.numBlocks(); i++) {
      blocks.add(new Block<>());
    }
  }

  @Override
  public List<S> read(long from, long to) throws IOException {
    var read = new ArrayList<S>();
    for (int block = blockOf(from); block < blocks.size(); block++) {
      var rows = order.block(block);
      if (rows.from() >= to) {
        break;
      }
      int first = (int) (Math.max(from, rows.from()) - rows.from());
      int last = (int) (Math.min(to, rows.to()) - rows.from());
      read.addAll(samples(block).subList(first, last));
    }
    return read;
  }

  private int blockOf(long row) {
    int low = 0;
    int high = blocks.size() - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (order.block(middle).to() > row) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  private List<S> samples(int number) throws IOException {
    var block = blocks.get(number);
    synchronized (block) {
      var samples = block.samples;
      if (samples == null) {
        var rows = order.block(number);
        samples = source.read(rows.from(), rows.to());
        block.samples = samples;
      }
      return samples;
    }
  }

  @Override
  public void close() {
    source.close();
  }
}
