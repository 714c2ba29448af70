package ai.echogen.data.ingest.formats.parquet;

import java.util.Locale;

/**
 * Where a record stands.
 *
 * @param file its path below the folder of annotations
 * @param row from 0, as pandas and {@code datasets} count
 */
record RecordPlace(String file, long row) {
  private static final String ENDING = ".parquet";

  /** An id for what has none in the data: no other row has it. */
  String id() {
    var name = file.endsWith(ENDING) ? file.substring(0, file.length() - ENDING.length()) : file;
    return String.format(Locale.ROOT, "%s-%06d", name, row);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s row %d", file, row);
  }
}
