package ai.echogen.data.feed;

import ai.echogen.data.shards.ShardFile;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** The rows of a shard directory's files, in their order, as samples. */
final class ShardRows<S> implements RowSource<S> {
  private final Location dir;
  private final List<ShardFile> files;
  private final StructType columns;
  private final RowDecoder.Opened<S> decoder;

  ShardRows(Location dir, List<ShardFile> files, StructType columns, RowDecoder.Opened<S> decoder) {
    this.dir = dir;
    this.files = files;
    this.columns = columns;
    this.decoder = decoder;
  }

  @Override
  public List<S> read(long from, long to) throws IOException {
    var samples = new ArrayList<S>();
    long first = 0; // of the file
    for (var file : files) {
      long begin = Math.max(from, first) - first;
      long end = Math.min(to - first, file.rows());
      if (begin < end) {
        read(file, begin, end, samples);
      }
      first += file.rows();
    }
    return samples;
  }

  private void read(ShardFile file, long from, long to, List<S> samples) throws IOException {
    var path = dir.child(file.name()).path();
    try (var rows = ParquetRows.open(path, file.bytes(), columns, dir.files().getConf())) {
      rows.read(from, to, (number, row) -> samples.add(sample(path, number, row)));
    }
  }

  private S sample(Path path, long number, Row row) throws IOException {
    try {
      return decoder.decode(row);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "%s: row %d: %s".formatted(path, number, e.getMessage()), e);
    } catch (IOException e) {
      throw new IOException("%s: row %d: %s".formatted(path, number, e.getMessage()), e);
    }
  }

  @Override
  public void close() {
    decoder.close();
  }
}
