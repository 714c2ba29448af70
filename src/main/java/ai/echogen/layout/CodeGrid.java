package ai.echogen.layout;

/** The square grid of an image's codes, row by row, and which of them a box covers. */
public final class CodeGrid {
  private CodeGrid() {}

  /** Codes on a side. */
  public static int side(int numCodes) {
    return (int) Math.round(Math.sqrt(numCodes));
  }

  /**
   * The codes whose centres a box holds; of a box that holds none, the one under its own centre.
   */
  public static int[] under(Box box, int side) {
    int left = first(box.x0(), side);
    int right = first(box.x1(), side);
    int top = first(box.y0(), side);
    int bottom = first(box.y1(), side);
    if (left >= right || top >= bottom) {
      int column = (int) Math.min(side - 1, ((double) box.x0() + box.x1()) / 2 * side);
      int row = (int) Math.min(side - 1, ((double) box.y0() + box.y1()) / 2 * side);
      return new int[] {row * side + column};
    }
    var codes = new int[(right - left) * (bottom - top)];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (top + i / (right - left)) * side + left + i % (right - left);
    }
    return codes;
  }

  /** The first place whose centre is at or behind an edge. */
  private static int first(double edge, int side) {
    return (int) Math.max(0, Math.min(side, Math.ceil(edge * side - 0.5)));
  }
}
