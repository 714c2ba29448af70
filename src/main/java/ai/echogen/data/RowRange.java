package ai.echogen.data;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * Contiguous rows.
 *
 * @param from the first
 * @param to the one after the last
 */
public record RowRange(long from, long to) implements Serializable {
  private static final int MAX_TASKS = 2000;

  /** How many. */
  public long size() {
    return to - from;
  }

  /**
   * Cuts rows into tasks, each of which has a multiple of {@code batch} rows but for the last: so
   * batches that a task cuts from its first row on are a function of the rows, not of the cores.
   */
  public static List<RowRange> tasks(long rows, int batch) {
    return cut(rows, batch, MAX_TASKS);
  }

  /** Cuts rows into at most so many parts. */
  public static List<RowRange> cut(long rows, int batch, long atMost) {
    long batches = (rows + batch - 1) / batch;
    long parts = Math.max(1, Math.min(batches, Math.min(atMost, MAX_TASKS)));
    var ranges = new ArrayList<RowRange>();
    for (long part = 0; part < parts; part++) {
      long from = batches * part / parts * batch;
      ranges.add(new RowRange(from, Math.min(rows, batches * (part + 1) / parts * batch)));
    }
    return ranges;
  }
}
