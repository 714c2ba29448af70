package ai.echogen.tokens;

import ai.echogen.layout.Box;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A box as four location tokens {@code <x_i> <y_j> <x_k> <y_l>} on a grid of {@code bins} × {@code
 * bins} cells: the first and the last cell between those grid lines that lie nearest to its edges.
 *
 * <p>The tokens mean the box [i/bins, (k+1)/bins] × [j/bins, (l+1)/bins]: a start token names the
 * line before its cell, an end token the line behind it, so that {@code bins} tokens an axis reach
 * all {@code bins + 1} lines and no four tokens make an empty box. Boxes on the grid come back
 * exactly, edges of others within half a cell; a side too short for that takes the one cell that
 * its middle lies in.
 *
 * @param bins cells and tokens an axis, 2 to 4096
 */
public record LocationCodec(int bins) {
  public LocationCodec {
    if (bins < 2 || bins > 4096) {
      throw new IllegalArgumentException("bins must be 2 to 4096, got " + bins);
    }
  }

  /** The cells of a box: first x, first y, last x, last y; each in [0, bins). */
  public int[] encode(Box box) {
    int[] x = cells(box.x0(), box.x1());
    int[] y = cells(box.y0(), box.y1());
    return new int[] {x[0], y[0], x[1], y[1]};
  }

  /**
   * The cells that stand for no box at all: the last ones, and then the first, which no box is
   * written as.
   */
  public int[] nothing() {
    return new int[] {bins - 1, bins - 1, 0, 0};
  }

  /** Whether these are {@link #nothing}. */
  public boolean isNothing(int x, int y, int otherX, int otherY) {
    return x == bins - 1 && y == bins - 1 && otherX == 0 && otherY == 0;
  }

  /** First and last cell of a side. */
  private int[] cells(float start, float end) {
    int first = (int) Math.round((double) start * bins);
    int last = (int) Math.round((double) end * bins) - 1;
    if (first > last) {
      first = Math.min(bins - 1, (int) (((double) start + end) / 2 * bins));
      last = first;
    }
    return new int[] {first, last};
  }

  /** The box that covers both corner cells, in whichever order they are. */
  public Box decode(int x, int y, int otherX, int otherY) {
    return new Box(
        edge(Math.min(x, otherX)),
        edge(Math.min(y, otherY)),
        edge(Math.max(x, otherX) + 1),
        edge(Math.max(y, otherY) + 1));
  }

  /** {@code <x_0>} to {@code <x_(bins-1)>}, then the same for y. */
  public List<String> tokens() {
    return Stream.concat(
            IntStream.range(0, bins).mapToObj(LocationCodec::xToken),
            IntStream.range(0, bins).mapToObj(LocationCodec::yToken))
        .toList();
  }

  static String xToken(int cell) {
    return "<x_" + cell + ">";
  }

  static String yToken(int cell) {
    return "<y_" + cell + ">";
  }

  private float edge(int cell) {
    return (float) cell / bins;
  }
}
