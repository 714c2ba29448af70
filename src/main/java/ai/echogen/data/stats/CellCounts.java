package ai.echogen.data.stats;

import ai.echogen.layout.Box;
import java.io.Serializable;

/** Where in their images boxes lie: counts on a grid of {@link #SIDE} × {@link #SIDE} cells. */
final class CellCounts implements Serializable {
  private static final long serialVersionUID = 1;

  /** Cells a side of the image. */
  static final int SIDE = 32;

  private final long[][] cells = new long[SIDE][SIDE]; // [y][x]

  /** Counts the cell of the box's centre. */
  void addCenter(Box box) {
    cells[cell(((double) box.y0() + box.y1()) / 2)][cell(((double) box.x0() + box.x1()) / 2)]++;
  }

  /** Counts each cell whose own centre is in the box: unbiased, and whole numbers. */
  void addCovered(Box box) {
    for (int y = firstCenter(box.y0()); y < firstCenter(box.y1()); y++) {
      for (int x = firstCenter(box.x0()); x < firstCenter(box.x1()); x++) {
        cells[y][x]++;
      }
    }
  }

  private static int cell(double position) {
    return Math.min(SIDE - 1, (int) (position * SIDE));
  }

  /** The first cell whose centre is at a position or after it. */
  private static int firstCenter(double position) {
    return (int) Math.ceil(position * SIDE - 0.5);
  }

  void merge(CellCounts other) {
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        cells[y][x] += other.cells[y][x];
      }
    }
  }

  /** Rows from the top, each from the left. */
  long[][] rows() {
    var copy = new long[SIDE][];
    for (int y = 0; y < SIDE; y++) {
      copy[y] = cells[y].clone();
    }
    return copy;
  }
}
