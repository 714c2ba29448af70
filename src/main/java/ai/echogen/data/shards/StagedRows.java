package ai.echogen.data.shards;

import ai.echogen.storage.LocalFiles;
import ai.echogen.storage.Location;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.TaskCompletionListener;
import org.jspecify.annotations.Nullable;
import scala.collection.Seq;

/**
 * Rows as they come, a file a partition, each written once and whole: what is there need not be
 * computed again, neither by later passes nor by a run that goes on where another was killed.
 */
final class StagedRows {
  /** Bytes of a row's image and codes. */
  static final String BYTES = "_bytes";

  /** SHA-256 of the image's bytes, where images are compared. */
  static final String DIGEST = "_digest";

  /** {@link PictureHash} of the image, likewise. */
  static final String LOOK = "_look";

  private static final int BYTES_A_CODE = 4;

  /** A file and what is in it. */
  record Part(Location file, long bytes, long rows) implements Serializable {}

  private final JavaSparkContext spark;
  private final StructType columns;
  private final List<Part> parts;

  private StagedRows(JavaSparkContext spark, StructType columns, List<Part> parts) {
    this.spark = spark;
    this.columns = columns;
    this.parts = parts;
  }

  /**
   * Writes the rows, but for the partitions whose files are there.
   *
   * @param folder of these rows alone
   * @param duplicates whose columns are added; none if images are not compared
   */
  static StagedRows write(Dataset<Row> rows, Location folder, @Nullable Duplicates duplicates)
      throws IOException {
    folder.makeDirectories();
    var columns = rows.schema().add(BYTES, DataTypes.LongType);
    if (duplicates != null) {
      columns = columns.add(DIGEST, DataTypes.StringType).add(LOOK, DataTypes.LongType);
    }
    var parts =
        rows.toJavaRDD()
            .mapPartitionsWithIndex(
                new PartWriter(folder, rows.schema(), columns, duplicates), true)
            .collect();
    var spark = JavaSparkContext.fromSparkContext(rows.sparkSession().sparkContext());
    return new StagedRows(spark, columns, parts);
  }

  /** The columns of the rows, and {@link #BYTES} and what else was added. */
  StructType columns() {
    return columns;
  }

  /** Some of the columns. */
  StructType some(String... names) {
    var some = new StructType();
    for (var name : names) {
      some = some.add(columns.apply(name));
    }
    return some;
  }

  /** The rows, of some of the columns. */
  JavaRDD<Row> read(StructType some) {
    return spark.parallelize(parts, Math.max(1, parts.size())).mapPartitions(p -> rows(p, some));
  }

  private static Iterator<Row> rows(Iterator<Part> parts, StructType columns) {
    return parts.hasNext() ? new PartRows(parts.next(), columns) : List.<Row>of().iterator();
  }

  private record PartWriter(
      Location folder, StructType given, StructType columns, @Nullable Duplicates duplicates)
      implements Function2<Integer, Iterator<Row>, Iterator<Part>> {
    @Override
    public Iterator<Part> call(Integer index, Iterator<Row> rows) throws IOException {
      var file = folder.child(String.format(Locale.ROOT, "part-%06d.parquet", index));
      if (!file.exists()) {
        try (var writer = ShardFileWriter.beginStaged(columns)) {
          while (rows.hasNext()) {
            writer.write(measured(rows.next()));
          }
          writer.publish(file);
        }
      }
      var input = HadoopInputFile.fromPath(file.path(), file.files().getConf());
      try (var reader = ParquetFileReader.open(input)) {
        return List.of(new Part(file, input.getLength(), reader.getRecordCount())).iterator();
      }
    }

    private Row measured(Row row) throws IOException {
      var values = new Object[columns.size()];
      long bytes = 0;
      for (int i = 0; i < given.size(); i++) {
        values[i] = row.get(i);
        bytes += bytes(given.fields()[i].name(), given, row.get(i));
      }
      values[given.size()] = bytes;
      var image = duplicates != null ? image(row) : null;
      if (image != null) {
        values[given.size() + 1] = HexFormat.of().formatHex(LocalFiles.newSha256().digest(image));
        values[given.size() + 2] = duplicates == Duplicates.DROP_NEAR ? PictureHash.of(image) : 0L;
      }
      return RowFactory.create(values);
    }

    private byte @Nullable [] image(Row row) {
      int place = row.fieldIndex("image");
      Row image = row.isNullAt(place) ? null : row.getStruct(place);
      return image == null ? null : image.getAs("bytes");
    }

    private static long bytes(String column, StructType columns, @Nullable Object value) {
      if (column.equals("image") && value instanceof Row image && !image.isNullAt(0)) {
        var place = ((StructType) columns.apply(column).dataType()).fieldIndex("bytes");
        return image.isNullAt(place) ? 0 : image.<byte[]>getAs(place).length;
      }
      if (column.equals("codes")
          && columns.apply(column).dataType() instanceof ArrayType
          && value instanceof Seq<?> codes) {
        return (long) BYTES_A_CODE * codes.size();
      }
      return 0;
    }
  }

  /** Rows of a file, which is closed at its end or with the task. */
  private static final class PartRows implements Iterator<Row> {
    private final ParquetRows file;

    PartRows(Part part, StructType columns) {
      try {
        file =
            ParquetRows.open(
                part.file().path(),
                part.bytes(),
                columns,
                0,
                part.rows(),
                part.file().files().getConf());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      TaskContext.get().addTaskCompletionListener((TaskCompletionListener) task -> close());
    }

    @Override
    public boolean hasNext() {
      return file.hasNext();
    }

    @Override
    public Row next() {
      try {
        return file.next();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void close() {
      try {
        file.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
