package ai.echogen.data.shards;

import ai.echogen.storage.Location;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Contiguous rows of a shard directory; what travels is where they lie.
 *
 * @param columns that are read
 */
public record ShardSlice(Location dir, StructType columns, List<Piece> pieces)
    implements Serializable {
  /**
   * Contiguous rows of one file.
   *
   * @param from its first row
   * @param to the row after its last
   */
  record Piece(ShardFile file, long from, long to) implements Serializable {}

  /** Reads the rows in their order; the caller closes what it has not read to the end. */
  public Rows open() {
    return new Rows(this);
  }

  /**
   * Rows as they are read, one at a time.
   *
   * <p>Throws IllegalArgumentException where a file or a row is not what was written ({@link
   * RowCheck}), UncheckedIOException where it cannot be read now.
   */
  public static final class Rows implements Iterator<Row>, AutoCloseable {
    private final ShardSlice slice;
    private final Iterator<Piece> rest;
    private @Nullable RowCheck check;
    private @Nullable ParquetRows file;
    private String fileName = "";
    private String place = "";

    private Rows(ShardSlice slice) {
      this.slice = slice;
      this.rest = slice.pieces().iterator();
    }

    @Override
    public boolean hasNext() {
      try {
        while ((file == null || !file.hasNext()) && rest.hasNext()) {
          close();
          var piece = rest.next();
          var path = slice.dir().child(piece.file().name()).path();
          var hadoop = slice.dir().files().getConf();
          fileName = path.toString();
          place = fileName;
          file =
              ParquetRows.open(
                  path, piece.file().bytes(), slice.columns(), piece.from(), piece.to(), hadoop);
          check = new RowCheck(slice.columns(), piece.file());
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e.getMessage(), e);
      }
      return file != null && file.hasNext();
    }

    @Override
    public Row next() {
      if (!hasNext() || file == null || check == null) {
        throw new NoSuchElementException();
      }
      try {
        long number = file.number();
        place = fileName + ": row " + number; // of every row: formatting would take a microsecond
        var row = file.next();
        check.require(row, number, place);
        if (!file.hasNext()) {
          close();
        }
        return row;
      } catch (IOException e) {
        throw new UncheckedIOException(e.getMessage(), e);
      }
    }

    /** Where the last row lies, for messages. */
    public String place() {
      return place;
    }

    @Override
    public void close() {
      if (file != null) {
        try {
          file.close();
        } catch (IOException e) {
          throw new UncheckedIOException(e.getMessage(), e);
        } finally {
          file = null;
        }
      }
    }
  }
}
