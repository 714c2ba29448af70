package ai.echogen.data.stats;

import ai.echogen.image.ImageFile;
import java.io.Serializable;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * One image file, and the rows that hold it, byte for byte. The order is that of the first ids.
 *
 * @param format ending of such a file, by its first bytes
 * @param bytes length of the file
 * @param splits the rows by split
 */
public record SameImage(String format, long bytes, Map<String, Rows> splits)
    implements Comparable<SameImage>, Serializable {
  private static final int MOST_IDS = 5;

  /**
   * Rows of a split.
   *
   * @param ids the first few
   */
  public record Rows(long count, List<String> ids) implements Serializable {
    public Rows {
      ids = List.copyOf(ids);
    }

    private Rows plus(Rows other) {
      return new Rows(
          count + other.count,
          Stream.concat(ids.stream(), other.ids.stream()).sorted().limit(MOST_IDS).toList());
    }
  }

  public SameImage {
    splits = Collections.unmodifiableMap(new TreeMap<>(splits));
  }

  static SameImage of(String split, String id, byte[] file) {
    return new SameImage(
        ImageFile.ending(file), file.length, Map.of(split, new Rows(1, List.of(id))));
  }

  /** With the rows of another that is the same file. */
  SameImage plus(SameImage other) {
    var all = new TreeMap<>(splits);
    other.splits.forEach((split, rows) -> all.merge(split, rows, Rows::plus));
    return new SameImage(format, bytes, all);
  }

  /** The rows of one split. */
  SameImage within(String split, Rows rows) {
    return new SameImage(format, bytes, Map.of(split, rows));
  }

  private String firstId() {
    return splits.values().iterator().next().ids().get(0);
  }

  @Override
  public int compareTo(SameImage other) {
    return firstId().compareTo(other.firstId());
  }
}
