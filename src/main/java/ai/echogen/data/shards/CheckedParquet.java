package ai.echogen.data.shards;

import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.HadoopReadOptions;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.hadoop.metadata.BlockMetaData;

/** How Parquet files that may come from anywhere are read. */
public final class CheckedParquet {
  private CheckedParquet() {}

  /** With checksums, where a file has them, and pages of no more bytes than it says. */
  public static ParquetReadOptions options(Path path, Configuration hadoop) {
    return HadoopReadOptions.builder(hadoop, path)
        .usePageChecksumVerification()
        .withCodecFactory(new BoundedPages(new StrictCodecs(hadoop)))
        .build();
  }

  /**
   * Looks at the sizes of columns: as much memory is taken for one as the footer says.
   *
   * @param groups of the footer
   * @param bytes of the file
   * @throws IllegalArgumentException if a column does not lie within the file
   */
  public static void requireWithin(List<BlockMetaData> groups, long bytes) {
    for (var group : groups) {
      for (var column : group.getColumns()) {
        long from = column.getStartingPos();
        if (from < 0 || column.getTotalSize() < 0 || column.getTotalSize() > bytes - from) {
          throw new IllegalArgumentException(
              String.format(
                  Locale.ROOT,
                  "column %s is said to have %d bytes from %d on",
                  column.getPath().toDotString(),
                  column.getTotalSize(),
                  from));
        }
      }
    }
  }
}
