package ai.echogen.data.feed;

import ai.echogen.data.shards.Manifest;
import ai.echogen.data.shards.ShardFile;
import ai.echogen.data.shards.ShardStore;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.types.StructType;

/**
 * A split of a shard directory, read from where it lies; what travels is the names of its files.
 */
public final class ShardFeed<S> implements Feed<S> {
  private static final long serialVersionUID = 1;

  private final Location dir;
  private final List<ShardFile> files;
  private final StructType columns;
  private final RowDecoder<S> decoder;

  private ShardFeed(
      Location dir, List<ShardFile> files, StructType columns, RowDecoder<S> decoder) {
    this.dir = dir;
    this.files = files;
    this.columns = columns;
    this.decoder = decoder;
  }

  /**
   * Reads the manifest, nothing else.
   *
   * @throws IllegalArgumentException if the directory has no such split or not the columns
   */
  public static <S> ShardFeed<S> of(Location dir, String split, RowDecoder<S> decoder)
      throws IOException {
    var manifest = ShardStore.manifest(dir);
    var files = manifest.files(split);
    if (files.isEmpty()) {
      throw new IllegalArgumentException(
          "%s: no split %s; it has %s".formatted(dir, split, manifest.rows().keySet()));
    }
    return new ShardFeed<>(dir, files, columns(dir, manifest, decoder.columns()), decoder);
  }

  private static StructType columns(Location dir, Manifest manifest, List<String> names) {
    var schema = manifest.schema();
    var has = List.of(schema.fieldNames());
    var columns = new StructType();
    for (var name : names) {
      if (!has.contains(name)) {
        throw new IllegalArgumentException(
            "%s: its rows have no %s, only %s%s"
                .formatted(
                    dir,
                    name,
                    String.join(", ", has),
                    name.equals("codes") ? ": run ./echogen tokenize data=" + dir + " first" : ""));
      }
      columns = columns.add(schema.apply(name));
    }
    return columns;
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

  /** The first samples by id, at most so many: to look at, or to measure on. */
  public List<S> first(int count) throws IOException {
    try (var rows = rows()) {
      return List.copyOf(rows.read(0, Math.min(count, size())));
    }
  }

  private RowSource<S> rows() throws IOException {
    return new ShardRows<>(dir, files, columns, decoder.open());
  }

  @Override
  public long size() {
    return files.stream().mapToLong(ShardFile::rows).sum();
  }

  @Override
  public String fingerprint() {
    var parts = new ArrayList<String>();
    files.forEach(file -> parts.add(file.rows() + " " + file.sha256()));
    parts.add(decoder.fingerprint());
    return Fingerprint.of(parts);
  }
}
