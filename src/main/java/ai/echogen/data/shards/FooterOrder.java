package ai.echogen.data.shards;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Collections;
import org.apache.parquet.format.Util;

/**
 * Sorts what a Parquet file's footer lists in the order of a hash that each JVM begins anew: the
 * encodings of a column. Everything else of a file is a function of its rows.
 */
final class FooterOrder {
  private static final int TAIL = 8; // the footer's length, four bytes, and four letters

  private FooterOrder() {}

  /** Sorts in place: a list has one length in any order. */
  static void sort(Path file) throws IOException {
    try (var all = new RandomAccessFile(file.toFile(), "rw")) {
      var tail = new byte[TAIL];
      all.seek(all.length() - TAIL);
      all.readFully(tail);
      var footer = new byte[ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN).getInt()];
      long place = all.length() - TAIL - footer.length;
      all.seek(place);
      all.readFully(footer);
      var sorted = sorted(footer);
      if (sorted.length != footer.length) {
        throw new IllegalStateException(file + ": its footer has another length when sorted");
      }
      all.seek(place);
      all.write(sorted);
    }
  }

  private static byte[] sorted(byte[] footer) throws IOException {
    var about = Util.readFileMetaData(new ByteArrayInputStream(footer));
    for (var group : about.getRow_groups()) {
      for (var column : group.getColumns()) {
        Collections.sort(column.getMeta_data().getEncodings());
      }
    }
    var out = new ByteArrayOutputStream(footer.length);
    Util.writeFileMetaData(about, out);
    return out.toByteArray();
  }
}
