package ai.echogen.data.ingest.formats.parquet;

import ai.echogen.storage.Location;
import java.io.Serializable;
import java.util.BitSet;
import java.util.Locale;

/**
 * Rows of one row group of a Parquet file, as a task reads them.
 *
 * @param name of the file, below the folder of annotations
 * @param bytes that the file has
 * @param group number of the row group
 * @param first number in the file of the group's first row
 * @param from first row that is read, counted in the group
 * @param to row behind the last
 * @param repeated rows of these, counted from the first that is read, whose id an earlier row has
 */
record ParquetPart(
    Location file,
    String name,
    long bytes,
    RecordFormat format,
    int group,
    long first,
    long from,
    long to,
    BitSet repeated)
    implements Serializable {
  private static final long serialVersionUID = 1;

  long numRows() {
    return to - from;
  }

  /** The place of a row that is counted from the first that is read. */
  RecordPlace place(long row) {
    return new RecordPlace(name, first + from + row);
  }

  /** Names what remains from a row on, which is counted from the first that is read. */
  String rest(long row) {
    return String.format(Locale.ROOT, "%s rows %d to %d", name, first + from + row, first + to - 1);
  }

  /** A part that reads other rows of the same group. */
  ParquetPart rows(long newFrom, long newTo) {
    return new ParquetPart(
        file,
        name,
        bytes,
        format,
        group,
        first,
        newFrom,
        newTo,
        repeated.get((int) (newFrom - from), (int) (newTo - from)));
  }

  /** The same, which knows what is repeated. */
  ParquetPart without(BitSet rows) {
    return new ParquetPart(file, name, bytes, format, group, first, from, to, rows);
  }

  /** Says what of a file cannot be read, and why. */
  static final class DamagedException extends Exception {
    private static final long serialVersionUID = 1;

    DamagedException(String why, Throwable cause) {
      super(why, cause);
    }

    DamagedException(String why) {
      super(why);
    }
  }
}
