package ai.echogen.data.feed;

import ai.echogen.data.shards.ShardSplit;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A split of a shard directory, read from where it lies; what travels is the names of its files.
 */
public final class ShardFeed<S> implements Feed<S> {
  private static final long serialVersionUID = 1;

  private final ShardSplit split;
  private final RowDecoder<S> decoder;

  private ShardFeed(ShardSplit split, RowDecoder<S> decoder) {
    this.split = split;
    this.decoder = decoder;
  }

  /**
   * Reads the manifest and looks at the sizes of the files, nothing else.
   *
   * @throws IllegalArgumentException if the directory has no such split or not the columns, or is
   *     not whole
   */
  public static <S> ShardFeed<S> of(Location dir, String split, RowDecoder<S> decoder) {
    var columns = decoder.columns().toArray(String[]::new);
    return new ShardFeed<>(ShardStore.split(dir, split, columns), decoder);
  }

  @Override
  public FeedReader<S> open(Batching batching) throws IOException {
    return open(batching, PooledReader.MEMORY);
  }

  FeedReader<S> open(Batching batching, long memory) throws IOException {
    var unused = PooledReader.order(batching, size(), decoder.sampleBytes(), memory); // checks
    return PooledReader.open(
        batching, size(), rows(), decoder::length, decoder.sampleBytes(), memory);
  }

  /** The first samples by id, at most so many, as a feed. */
  public ShardFeed<S> head(long count) {
    return new ShardFeed<>(split.head(count), decoder);
  }

  /** All samples in memory, in the order of their ids. */
  public List<S> read() throws IOException {
    try (var rows = rows()) {
      return List.copyOf(rows.read(0, size()));
    }
  }

  private RowSource<S> rows() throws IOException {
    return new ShardRows<>(split, decoder.open());
  }

  @Override
  public long size() {
    return split.size();
  }

  @Override
  public String fingerprint() {
    var parts = new ArrayList<>(split.digests());
    parts.add(decoder.fingerprint());
    return Fingerprint.of(parts);
  }
}
