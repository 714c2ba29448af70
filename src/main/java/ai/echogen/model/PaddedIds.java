package ai.echogen.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Token sequences of different lengths as one right-padded table. */
public final class PaddedIds {
  private final List<int[]> rows;
  private final int pad;
  private final int width;

  public PaddedIds(List<int[]> rows, int pad) {
    this.rows = rows;
    this.pad = pad;
    this.width = rows.stream().mapToInt(row -> row.length).max().orElse(0);
  }

  /** Length of the longest row. */
  public int width() {
    return width;
  }

  /** (B, width), int64. */
  public NDArray ids(NDManager manager) {
    var values = new long[rows.size() * width];
    Arrays.fill(values, pad);
    for (int i = 0; i < rows.size(); i++) {
      for (int j = 0; j < rows.get(i).length; j++) {
        values[i * width + j] = rows.get(i)[j];
      }
    }
    return manager.create(values, new Shape(rows.size(), width));
  }

  /** (B), int64. */
  public NDArray lengths(NDManager manager) {
    return manager.create(rows.stream().mapToLong(row -> row.length).toArray());
  }

  /** These rows and then others. */
  public PaddedIds followedBy(PaddedIds others) {
    var all = new ArrayList<>(rows);
    all.addAll(others.rows);
    return new PaddedIds(all, pad);
  }

  /**
   * The unconditional branch as Janus writes it: every id but the first is padding, which is looked
   * at like any token.
   */
  public PaddedIds withoutCondition() {
    return new PaddedIds(rows.stream().map(row -> withoutCondition(row, pad)).toList(), pad);
  }

  /** One row of {@link #withoutCondition()}. */
  public static int[] withoutCondition(int[] row, int pad) {
    var blank = row.clone();
    Arrays.fill(blank, Math.min(1, blank.length), blank.length, pad);
    return blank;
  }
}
