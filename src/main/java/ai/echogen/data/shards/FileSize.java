package ai.echogen.data.shards;

import java.util.Locale;

/**
 * How large a data file of a shard directory may grow.
 *
 * @param maxRows rows a file
 * @param maxBytes encoded images and codes a file, on average over a split
 */
public record FileSize(int maxRows, long maxBytes) {
  /** Small enough to spread over a few cores, large enough for a network file system. */
  public static final FileSize DEFAULT = new FileSize(5_000, 128L << 20);

  public FileSize {
    if (maxRows < 1 || maxBytes < 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a file size needs maxRows > 0 and maxBytes > 0, got %d and %d",
              maxRows,
              maxBytes));
    }
  }

  /** The number of files for a split: a function of the data alone. */
  int files(long rows, long bytes) {
    return Math.toIntExact(Math.max(1, Math.max(ceil(rows, maxRows), ceil(bytes, maxBytes))));
  }

  private static long ceil(long amount, long unit) {
    return (amount + unit - 1) / unit;
  }
}
