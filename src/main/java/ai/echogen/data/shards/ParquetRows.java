package ai.echogen.data.shards;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.internal.column.columnindex.OffsetIndex;
import org.apache.parquet.internal.filter2.columnindex.RowRanges;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Contiguous rows of one Parquet file, read without a Spark session: of the columns asked for, and
 * of their pages those that hold the rows.
 */
final class ParquetRows implements AutoCloseable {
  private final Path path;
  private final StructType columns;
  private final MessageType asked;
  private final ParquetFileReader file;
  private final long to;
  private long next;
  private int group = -1;
  private long groupEnd; // the row after the row group's last
  private @Nullable RecordReader<Row> records;

  private ParquetRows(
      Path path,
      StructType columns,
      MessageType asked,
      ParquetFileReader file,
      long from,
      long to) {
    this.path = path;
    this.columns = columns;
    this.asked = asked;
    this.file = file;
    this.next = from;
    this.to = to;
  }

  /**
   * Opens a file for the rows {@code from} to {@code to}, exclusive.
   *
   * @param bytes that the file must have
   * @throws IllegalArgumentException if it is missing, has another size or does not parse
   */
  static ParquetRows open(
      Path path, long bytes, StructType columns, long from, long to, Configuration hadoop)
      throws IOException {
    HadoopInputFile input;
    try {
      input = HadoopInputFile.fromPath(path, hadoop);
    } catch (FileNotFoundException e) {
      throw damaged(path, "is missing", e);
    }
    if (input.getLength() != bytes) {
      throw damaged(
          path, String.format(Locale.ROOT, "has %d bytes, not %d", input.getLength(), bytes), null);
    }
    var options = CheckedParquet.options(path, hadoop);
    var file = parsed(path, () -> ParquetFileReader.open(input, options));
    try {
      var asked =
          parsed(
              path,
              () -> {
                CheckedParquet.requireWithin(file.getRowGroups(), bytes);
                return asked(file.getFileMetaData().getSchema(), columns);
              });
      file.setRequestedSchema(asked);
      return new ParquetRows(path, columns, asked, file, from, to);
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** Names of all columns of a file. */
  static List<String> columns(Path path, Configuration hadoop) throws IOException {
    var input = HadoopInputFile.fromPath(path, hadoop);
    try (var file = parsed(path, () -> ParquetFileReader.open(input))) {
      return file.getFileMetaData().getSchema().getFields().stream().map(Type::getName).toList();
    }
  }

  private static MessageType asked(MessageType schema, StructType columns) {
    for (var column : columns.fields()) {
      var type = schema.getType(column.name());
      if (!isOf(column.dataType(), type)) {
        throw new IllegalArgumentException(
            "column %s is %s in the file, not %s as its manifest says"
                .formatted(
                    column.name(),
                    type.toString().replaceAll("\\s+", " "),
                    column.dataType().sql()));
      }
    }
    var types = Stream.of(columns.fieldNames()).map(schema::getType).toArray(Type[]::new);
    return new MessageType(schema.getName(), types);
  }

  /** Whether values have the form in which Spark writes that type, and rows expect it. */
  private static boolean isOf(DataType type, Type parquet) {
    if (parquet.isRepetition(Type.Repetition.REPEATED)) {
      return false;
    }
    if (type instanceof StructType struct) {
      return !parquet.isPrimitive()
          && parquet.getLogicalTypeAnnotation() == null
          && isOf(struct, parquet.asGroupType());
    }
    if (type instanceof ArrayType array) {
      return LogicalTypeAnnotation.listType().equals(parquet.getLogicalTypeAnnotation())
          && !parquet.isPrimitive()
          && isListOf(array.elementType(), parquet.asGroupType());
    }
    return parquet.isPrimitive()
        && isOf(
            type,
            parquet.asPrimitiveType().getPrimitiveTypeName(),
            parquet.getLogicalTypeAnnotation());
  }

  /** Fields are found by name: a file may have them in another order. */
  private static boolean isOf(StructType struct, GroupType group) {
    return struct.size() == group.getFieldCount()
        && Stream.of(struct.fieldNames()).distinct().count() == struct.size()
        && Stream.of(struct.fields())
            .allMatch(
                field ->
                    group.containsField(field.name())
                        && isOf(field.dataType(), group.getType(field.name())));
  }

  private static boolean isListOf(DataType element, GroupType list) {
    if (list.getFieldCount() != 1 || list.getType(0).isPrimitive()) {
      return false;
    }
    var repeated = list.getType(0).asGroupType();
    return repeated.isRepetition(Type.Repetition.REPEATED)
        && repeated.getFieldCount() == 1
        && isOf(element, repeated.getType(0));
  }

  private static boolean isOf(
      DataType type, PrimitiveTypeName name, @Nullable LogicalTypeAnnotation annotation) {
    if (type.equals(DataTypes.StringType)) {
      return name == PrimitiveTypeName.BINARY
          && LogicalTypeAnnotation.stringType().equals(annotation);
    }
    if (type.equals(DataTypes.IntegerType)) {
      return name == PrimitiveTypeName.INT32 && isWhole(annotation, Integer.SIZE);
    }
    if (type.equals(DataTypes.LongType)) {
      return name == PrimitiveTypeName.INT64 && isWhole(annotation, Long.SIZE);
    }
    var plain =
        Map.of(
            DataTypes.BinaryType, PrimitiveTypeName.BINARY,
            DataTypes.FloatType, PrimitiveTypeName.FLOAT,
            DataTypes.DoubleType, PrimitiveTypeName.DOUBLE,
            DataTypes.BooleanType, PrimitiveTypeName.BOOLEAN);
    return annotation == null && name == plain.get(type);
  }

  private static boolean isWhole(@Nullable LogicalTypeAnnotation annotation, int bits) {
    return annotation == null || annotation.equals(LogicalTypeAnnotation.intType(bits, true));
  }

  boolean hasNext() {
    return next < to;
  }

  /** The number in the file of the row that comes next. */
  long number() {
    return next;
  }

  Row next() throws IOException {
    while (next >= groupEnd) {
      startGroup();
    }
    var row = parsed(path, () -> Objects.requireNonNull(records).read());
    next++;
    return row;
  }

  private void startGroup() throws IOException {
    group++;
    if (group == file.getRowGroups().size()) {
      throw damaged(
          path, String.format(Locale.ROOT, "has %d rows, not %d at least", groupEnd, to), null);
    }
    long first = groupEnd;
    long size = file.getRowGroups().get(group).getRowCount();
    groupEnd = first + size;
    if (next < groupEnd) {
      var range = range(next - first, Math.min(to, groupEnd) - first, size);
      records =
          parsed(
              path,
              () ->
                  new ColumnIOFactory()
                      .getColumnIO(asked)
                      .getRecordReader(
                          file.readFilteredRowGroup(group, range),
                          new RowMaterializer(columns, asked)));
    }
  }

  /** Ranges come from page indexes only: this is one of three pages, those before and after. */
  private static RowRanges range(long from, long to, long size) {
    var index =
        new OffsetIndex() {
          private final List<Long> firsts = List.of(0L, from, to);

          @Override
          public int getPageCount() {
            return firsts.size();
          }

          @Override
          public long getOffset(int page) {
            throw new UnsupportedOperationException();
          }

          @Override
          public int getCompressedPageSize(int page) {
            throw new UnsupportedOperationException();
          }

          @Override
          public long getFirstRowIndex(int page) {
            return firsts.get(page);
          }

          @Override
          public long getLastRowIndex(int page, long numRows) {
            return page + 1 < firsts.size() ? firsts.get(page + 1) - 1 : numRows - 1;
          }
        };
    return RowRanges.create(size, IntStream.of(1).iterator(), index);
  }

  private interface Parse<T> {
    T call() throws IOException;
  }

  /** What Parquet does not understand is no longer what was written. */
  private static <T> T parsed(Path path, Parse<T> parse) throws IOException {
    try {
      return parse.call();
    } catch (IOException | UncheckedIOException e) { // it may be readable the next time
      throw new IOException("%s cannot be read (%s)".formatted(path, e.getMessage()), e);
    } catch (RuntimeException e) {
      throw damaged(path, "cannot be read (" + e.getMessage() + ")", e);
    }
  }

  private static IllegalArgumentException damaged(
      Path path, String how, @Nullable Exception cause) {
    return new IllegalArgumentException(
        "%s %s; copy it again or make its directory again".formatted(path, how), cause);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
