package ai.echogen.data.feed;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.HadoopReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.internal.column.columnindex.OffsetIndex;
import org.apache.parquet.internal.filter2.columnindex.RowRanges;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Ranges of the rows of one Parquet file, read without a Spark session: of the columns asked for,
 * and of their pages those that hold the rows.
 */
final class ParquetRows implements AutoCloseable {
  /** Takes rows, with their numbers in the file. */
  interface Sink {
    void accept(long number, Row row) throws IOException;
  }

  private final Path path;
  private final StructType columns;
  private final ParquetFileReader file;
  private final MessageType asked;

  private ParquetRows(Path path, StructType columns, ParquetFileReader file, MessageType asked) {
    this.path = path;
    this.columns = columns;
    this.file = file;
    this.asked = asked;
  }

  /**
   * @param bytes that the file must have
   * @throws IllegalArgumentException if it is missing, has another size or is not as its schema
   *     says
   */
  static ParquetRows open(Path path, long bytes, StructType columns, Configuration hadoop)
      throws IOException {
    HadoopInputFile input;
    try {
      input = HadoopInputFile.fromPath(path, hadoop);
    } catch (FileNotFoundException e) {
      throw damaged(path, "is missing", e);
    }
    if (input.getLength() != bytes) {
      throw damaged(path, "has %d bytes, not %d".formatted(input.getLength(), bytes), null);
    }
    var file =
        parsed(
            path,
            () -> ParquetFileReader.open(input, HadoopReadOptions.builder(hadoop, path).build()));
    try {
      var asked = parsed(path, () -> asked(file.getFileMetaData().getSchema(), columns));
      file.setRequestedSchema(asked);
      return new ParquetRows(path, columns, file, asked);
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static MessageType asked(MessageType schema, StructType columns) {
    var types = Stream.of(columns.fieldNames()).map(schema::getType).toArray(Type[]::new);
    return new MessageType(schema.getName(), types);
  }

  /** Gives rows to {@code sink}; {@code to} is exclusive. */
  void read(long from, long to, Sink sink) throws IOException {
    long first = 0; // of the row group
    for (int group = 0; group < file.getRowGroups().size(); group++) {
      long size = file.getRowGroups().get(group).getRowCount();
      long begin = Math.max(0, from - first);
      long end = Math.min(size, to - first);
      if (begin < end) {
        read(group, first, begin, end, sink);
      }
      first += size;
    }
    if (first < to) {
      throw damaged(path, "has %d rows, not %d at least".formatted(first, to), null);
    }
  }

  private void read(int group, long first, long from, long to, Sink sink) throws IOException {
    long size = file.getRowGroups().get(group).getRowCount();
    RecordReader<Row> records =
        parsed(
            path,
            () -> {
              PageReadStore pages = file.readFilteredRowGroup(group, range(from, to, size));
              return new ColumnIOFactory()
                  .getColumnIO(asked)
                  .getRecordReader(pages, new RowMaterializer(columns, asked));
            });
    for (long row = from; row < to; row++) {
      sink.accept(first + row, parsed(path, records::read));
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
    } catch (UncheckedIOException e) {
      throw new IOException(path + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new IOException(path + ": " + e.getMessage(), e);
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
