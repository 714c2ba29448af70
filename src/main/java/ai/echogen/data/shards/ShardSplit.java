package ai.echogen.data.shards;

import ai.echogen.data.RowRange;
import ai.echogen.storage.Location;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.TaskCompletionListener;

/**
 * The rows of a split, or of all splits one after the other, in the order of their ids: the names
 * of their files, and ways to read some or all of them without a shuffle.
 */
public final class ShardSplit implements Serializable {
  private static final long serialVersionUID = 1;
  private static final int ROWS_A_TASK = 10_000; // of texts and codes: some tenths of a second
  private static final int IMAGES_A_TASK = 1000;

  private final Location dir;
  private final List<ShardFile> files;
  private final StructType columns;
  private final long size;

  private ShardSplit(Location dir, List<ShardFile> files, StructType columns, long size) {
    this.dir = dir;
    this.files = files;
    this.columns = columns;
    this.size = size;
  }

  static ShardSplit of(Location dir, List<ShardFile> files, StructType columns) {
    long size = files.stream().mapToLong(ShardFile::rows).sum();
    return new ShardSplit(dir, List.copyOf(files), columns, size);
  }

  /** The first rows, at most so many. */
  public ShardSplit head(long count) {
    return new ShardSplit(dir, files, columns, Math.min(count, size));
  }

  /** The columns that are read. */
  public StructType columns() {
    return columns;
  }

  /** How many rows there are. */
  public long size() {
    return size;
  }

  /** What names the rows: a digest of each file and how many of its rows are taken. */
  public List<String> digests() {
    var digests = new ArrayList<String>();
    long first = 0;
    for (var file : files) {
      if (first < size) {
        digests.add(Math.min(file.rows(), size - first) + " " + file.sha256());
      }
      first += file.rows();
    }
    return digests;
  }

  /** The rows {@code from} to {@code to}, exclusive, counted over all files. */
  public ShardSlice slice(long from, long to) {
    var pieces = new ArrayList<ShardSlice.Piece>();
    long first = 0; // of the file
    for (var file : files) {
      long begin = Math.max(from - first, 0);
      long end = Math.min(to - first, file.rows());
      if (begin < end) {
        pieces.add(new ShardSlice.Piece(file, begin, end));
      }
      first += file.rows();
    }
    return new ShardSlice(dir, columns, List.copyOf(pieces));
  }

  /** All rows, read here. */
  public List<Row> read() {
    try (var rows = slice(0, size).open()) {
      var all = new ArrayList<Row>();
      rows.forEachRemaining(all::add);
      return all;
    }
  }

  /**
   * All rows, as tasks in their order, each of which has a multiple of {@code batch} rows but for
   * the last: so batches that tasks cut from their first row on are a function of the rows.
   *
   * @param batch rows that come together
   */
  public JavaRDD<Row> batches(JavaSparkContext context, int batch) {
    return tasks(context, RowRange.tasks(size, batch));
  }

  /** All rows, as tasks in their order, at least as many as there are cores. */
  public JavaRDD<Row> rows(JavaSparkContext context) {
    boolean hasImages = Stream.of(columns.fieldNames()).anyMatch("image"::equals);
    long tasks =
        Math.max(context.defaultParallelism(), size / (hasImages ? IMAGES_A_TASK : ROWS_A_TASK));
    return tasks(context, RowRange.cut(size, 1, tasks));
  }

  private JavaRDD<Row> tasks(JavaSparkContext context, List<RowRange> tasks) {
    var slices = tasks.stream().map(rows -> slice(rows.from(), rows.to())).toList();
    return context
        .parallelize(slices, slices.size())
        .mapPartitions(
            part -> {
              var rows = part.next().open();
              TaskCompletionListener closing = ended -> rows.close();
              TaskContext.get().addTaskCompletionListener(closing);
              return rows;
            });
  }
}
