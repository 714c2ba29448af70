package ai.echogen.data.shards;

import ai.echogen.storage.Location;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.OutputFile;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Writes one Parquet file, first on this machine and then whole to its place. Its bytes depend on
 * the rows alone.
 *
 * <p>Rows hold images: the writer must look at sizes often, or pages and row groups grow by
 * thousands of images; and a dictionary of images only costs memory. Pages are small, because a
 * feed reads blocks of rows.
 */
final class ShardFileWriter implements Closeable {
  private static final long GROUP_BYTES = 32 << 20;
  private static final int PAGE_ROWS = 500;
  private static final int PAGE_BYTES = 1 << 20;
  private static final int STAGED_PAGE_BYTES = 64 << 10; // the writer holds two pages, however few
  private static final int MOST_ROWS_UNSEEN = 10; // before sizes are looked at again
  private static final String FEATURES = "huggingface";

  private final Path file;
  private @Nullable ParquetWriter<Row> rows;

  private ShardFileWriter(Path file, ParquetWriter<Row> rows) {
    this.file = file;
    this.rows = rows;
  }

  /** Begins a file. */
  static ShardFileWriter begin(StructType columns) throws IOException {
    return begin(columns, PAGE_BYTES);
  }

  /** Begins one of the many files that are read once, from their first row to their last. */
  static ShardFileWriter beginStaged(StructType columns) throws IOException {
    return begin(columns, STAGED_PAGE_BYTES);
  }

  private static ShardFileWriter begin(StructType columns, int pageBytes) throws IOException {
    var file = Files.createTempFile("echogen-shard", ".parquet");
    var about = Map.of(FEATURES, HubFeatures.of(columns));
    var rows =
        new Builder(new LocalOutput(file), new RowWriteSupport(columns, about))
            .withConf(new Configuration(false)) // no setting of a cluster changes the bytes
            .withCompressionCodec(CompressionCodecName.ZSTD)
            .withRowGroupSize(GROUP_BYTES)
            .withPageSize(pageBytes)
            .withPageRowCountLimit(PAGE_ROWS)
            .withMinRowCountForPageSizeCheck(1)
            .withMaxRowCountForPageSizeCheck(MOST_ROWS_UNSEEN)
            .withDictionaryEncoding("image.bytes", false)
            .build();
    return new ShardFileWriter(file, rows);
  }

  /** Adds a row, of which the first values are written, as many as there are columns. */
  void write(Row row) throws IOException {
    if (rows == null) {
      throw new IllegalStateException("the file is ended");
    }
    rows.write(row);
  }

  /** Ends the file and puts it in its place, where it appears whole. */
  void publish(Location place) throws IOException {
    end();
    FooterOrder.sort(file);
    place.replace(file);
  }

  private void end() throws IOException {
    if (rows != null) {
      rows.close();
      rows = null;
    }
  }

  @Override
  public void close() throws IOException {
    try {
      end();
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private static final class Builder extends ParquetWriter.Builder<Row, Builder> {
    private final WriteSupport<Row> support;

    Builder(OutputFile file, WriteSupport<Row> support) {
      super(file);
      this.support = support;
    }

    @Override
    protected Builder self() {
      return this;
    }

    @Override
    protected WriteSupport<Row> getWriteSupport(Configuration conf) {
      return support;
    }
  }
}
