package ai.echogen.data.feed;

import ai.echogen.data.shards.ShardSplit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** The rows of a shard directory's split, as samples. */
record ShardRows<S>(ShardSplit split, RowDecoder.Opened<S> decoder) implements RowSource<S> {
  @Override
  public List<S> read(long from, long to) throws IOException {
    try (var rows = split.slice(from, to).open()) {
      var samples = new ArrayList<S>();
      while (rows.hasNext()) {
        var row = rows.next();
        try {
          samples.add(decoder.decode(row));
        } catch (IllegalArgumentException e) {
          throw new IllegalArgumentException(rows.place() + ": " + e.getMessage(), e);
        } catch (IOException e) {
          throw new IOException(rows.place() + ": " + e.getMessage(), e);
        }
      }
      return samples;
    } catch (UncheckedIOException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    decoder.close();
  }
}
