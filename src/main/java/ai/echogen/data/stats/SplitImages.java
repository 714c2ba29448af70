package ai.echogen.data.stats;

import java.io.Serializable;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the image files of one split are. */
public final class SplitImages implements Serializable {
  private static final long serialVersionUID = 1;

  /** Images that are named as examples. */
  public static final int EXAMPLES = 10;

  private final TreeMap<String, Long> formats = new TreeMap<>();
  private final Smallest<SameImage> repeated = new Smallest<>(EXAMPLES);
  private long rows;
  private long bytes;
  private long distinct;

  /** Counts an image that was not added before, with all of the split's rows that have it. */
  void add(String split, SameImage image, SameImage.Rows of) {
    formats.merge(image.format(), of.count(), Long::sum);
    rows += of.count();
    bytes += of.count() * image.bytes();
    distinct++;
    if (of.count() > 1) {
      repeated.add(image.within(split, of));
    }
  }

  SplitImages merge(SplitImages other) {
    other.formats.forEach((format, count) -> formats.merge(format, count, Long::sum));
    repeated.merge(other.repeated);
    rows += other.rows;
    bytes += other.bytes;
    distinct += other.distinct;
    return this;
  }

  /** How many rows have each format; a format is the ending of its files. */
  public Map<String, Long> formats() {
    return Collections.unmodifiableMap(formats);
  }

  /** Of all files, repeated ones too. */
  public long bytes() {
    return bytes;
  }

  /** Different files, byte for byte. */
  public long distinct() {
    return distinct;
  }

  /** Rows whose file another row of the split has, less one for each such file. */
  public long duplicates() {
    return rows - distinct;
  }

  /** The first files that several rows have. */
  public List<SameImage> repeated() {
    return repeated.list();
  }
}
