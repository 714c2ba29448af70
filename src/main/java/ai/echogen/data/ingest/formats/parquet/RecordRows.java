package ai.echogen.data.ingest.formats.parquet;

import ai.echogen.data.ingest.formats.parquet.ParquetPart.DamagedException;
import ai.echogen.data.shards.BoundedDictionaries;
import ai.echogen.data.shards.CheckedParquet;
import ai.echogen.storage.Location;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a {@link ParquetPart}, one after the other, then those of the next: a file is opened
 * once for parts that follow each other.
 */
final class RecordRows implements Closeable {
  private static final int MOST_SAID = 200; // letters of Parquet's own words, which quote bytes

  /** A file that is open for some columns. */
  private record Open(WatchedFile input, ParquetFileReader file, MessageType asked) {}

  private @Nullable Open open;
  private @Nullable Location place; // of the file that is open
  private @Nullable RecordReader<ObjectNode> records;
  private long left; // rows of the part

  /**
   * Goes to the first row of a part.
   *
   * @param columns the same for all parts of a file
   * @throws DamagedException if it cannot be read; then close this before the next part
   * @throws IOException if storage fails
   */
  void start(ParquetPart part, List<String> columns) throws IOException, DamagedException {
    records = null;
    if (open == null || !part.file().equals(place)) {
      close();
      requireSize(part);
      open = open(part, columns);
      place = part.file();
    }
    var now = open;
    var rows =
        parsed(now.input(), () -> records(now.file().readRowGroup(part.group()), now.asked()));
    for (long i = 0; i < part.from(); i++) {
      var unused = parsed(now.input(), rows::read);
    }
    records = rows;
    left = part.numRows();
  }

  private static Open open(ParquetPart part, List<String> columns)
      throws IOException, DamagedException {
    var input = new WatchedFile(part.file(), part.bytes());
    var file = open(input, part.file());
    try {
      return parsed(
          input,
          () -> {
            CheckedParquet.requireWithin(file.getRowGroups(), part.bytes());
            var asked = asked(file.getFileMetaData().getSchema(), columns);
            file.setRequestedSchema(asked);
            return new Open(input, file, asked);
          });
    } catch (IOException | DamagedException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static void requireSize(ParquetPart part) throws IOException, DamagedException {
    long bytes = part.file().status().getLen();
    if (bytes != part.bytes()) {
      throw new DamagedException(
          String.format(Locale.ROOT, "has %d bytes, had %d before", bytes, part.bytes()));
    }
  }

  /**
   * Opens a file, whose footer is read.
   *
   * @throws DamagedException if it is no such file
   * @throws IOException if storage fails
   */
  static ParquetFileReader open(WatchedFile input, Location place)
      throws IOException, DamagedException {
    var options = CheckedParquet.options(place.path(), place.files().getConf());
    return parsed(input, () -> ParquetFileReader.open(input, options));
  }

  private static MessageType asked(MessageType schema, List<String> columns) {
    return new MessageType(
        schema.getName(), columns.stream().map(schema::getType).toArray(Type[]::new));
  }

  private static RecordReader<ObjectNode> records(PageReadStore pages, MessageType asked) {
    return new ColumnIOFactory()
        .getColumnIO(asked)
        .getRecordReader(new BoundedDictionaries(pages), new RowNodes(asked));
  }

  /**
   * The next row, or null after the part's last.
   *
   * @throws DamagedException if it cannot be read; nor can those behind it
   */
  @Nullable ObjectNode next() throws IOException, DamagedException {
    if (open == null || records == null || left == 0) {
      return null;
    }
    var row = parsed(open.input(), records::read);
    left--;
    return row;
  }

  /** What parses a file. */
  interface Parse<T> {
    T call() throws IOException;
  }

  /** Damage is what Parquet does not understand although storage gave what there is. */
  static <T> T parsed(WatchedFile input, Parse<T> parse) throws IOException, DamagedException {
    try {
      return parse.call();
    } catch (IOException | RuntimeException | StackOverflowError e) {
      if (input.failure().isPresent()) {
        throw new IOException("%s cannot be read (%s)".formatted(input, e.getMessage()), e);
      }
      throw new DamagedException(firstLine(e), e);
    }
  }

  private static String firstLine(Throwable e) {
    var words = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    var line = words.lines().findFirst().orElse("");
    return line.length() <= MOST_SAID ? line : line.substring(0, MOST_SAID) + "…";
  }

  @Override
  public void close() throws IOException {
    records = null;
    if (open != null) {
      var file = open.file();
      open = null;
      file.close();
    }
  }
}
