package ai.echogen.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;

/** Token sequences of different lengths as one table, padded on the right or on the left. */
public final class PaddedIds {
  private final List<int[]> rows;
  private final int pad;
  private final Side side;
  private final int width;

  private enum Side {
    LEFT,
    RIGHT
  }

  private PaddedIds(List<int[]> rows, int pad, Side side) {
    this.rows = rows;
    this.pad = pad;
    this.side = side;
    this.width = rows.stream().mapToInt(row -> row.length).max().orElse(0);
  }

  /** Padding behind the rows. */
  public static PaddedIds right(List<int[]> rows, int pad) {
    return new PaddedIds(rows, pad, Side.RIGHT);
  }

  /** Padding before the rows, so that what follows them follows without a gap. */
  public static PaddedIds left(List<int[]> rows, int pad) {
    return new PaddedIds(rows, pad, Side.LEFT);
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
      var row = rows.get(i);
      int first = side == Side.LEFT ? width - row.length : 0;
      for (int j = 0; j < row.length; j++) {
        values[i * width + first + j] = row[j];
      }
    }
    return manager.create(values, new Shape(rows.size(), width));
  }

  /** (B), int64. */
  public NDArray lengths(NDManager manager) {
    return manager.create(rows.stream().mapToLong(row -> row.length).toArray());
  }

  /**
   * A text's unconditional branch as Janus writes it: every id but the first is padding, which is
   * looked at like any token.
   */
  public static int[] withoutCondition(int[] row, int pad) {
    var blank = row.clone();
    Arrays.fill(blank, Math.min(1, blank.length), blank.length, pad);
    return blank;
  }
}
