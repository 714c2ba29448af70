package ai.echogen.data.ingest.formats.text;

import ai.echogen.storage.Location;
import java.io.IOException;
import java.io.Serializable;
import java.util.BitSet;
import org.apache.hadoop.fs.FSDataInputStream;

/**
 * Consecutive elements, or lines, of a file: what one task reads.
 *
 * @param offset bytes before the first of them
 * @param before elements of the file before them
 * @param end elements of the file up to the last of them
 * @param repeats those, counted from {@code before}, whose id another one before them has
 */
record FilePart(Location file, long offset, long before, long end, BitSet repeats)
    implements Serializable {
  private static final long serialVersionUID = 1;

  /** The file from its first element on. */
  FSDataInputStream open() throws IOException {
    var in = file.open();
    in.seek(offset);
    return in;
  }

  /**
   * @param element counted from 0, over the file
   */
  boolean repeats(long element) {
    return repeats.get((int) (element - before));
  }

  /** What to say when the file has fewer elements than when it was looked at. */
  IOException shorter() {
    return new IOException(file + ": became shorter while it was read; run again");
  }
}
