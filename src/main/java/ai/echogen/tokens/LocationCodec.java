package ai.echogen.tokens;

import ai.echogen.layout.Box;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A box as four location tokens {@code <x_i> <y_j> <x_k> <y_l>} on a grid of {@code bins} × {@code
 * bins} cells: the first and the last cell that the box touches.
 *
 * <p>Cells decode to [i/bins, (k+1)/bins] × [j/bins, (l+1)/bins], so that boxes on the grid come
 * back exactly, others grow by less than one cell a side, and no four tokens make an empty box.
 *
 * @param bins cells an axis, 2 to 4096
 */
public record LocationCodec(int bins) {
  /** Share of a cell that is taken for the rounding of a float: i/bins·bins must stay in cell i. */
  private static final double ROUNDING = 1e-3;

  public LocationCodec {
    if (bins < 2 || bins > 4096) {
      throw new IllegalArgumentException("bins must be 2 to 4096, got " + bins);
    }
  }

  /** The cells of a box: first x, first y, last x, last y; each in [0, bins). */
  public int[] encode(Box box) {
    int firstX = firstCell(box.x0());
    int firstY = firstCell(box.y0());
    return new int[] {
      firstX, firstY, Math.max(firstX, lastCell(box.x1())), Math.max(firstY, lastCell(box.y1()))
    };
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

  private int firstCell(float start) {
    return Math.min(bins - 1, (int) Math.floor((double) start * bins + ROUNDING));
  }

  private int lastCell(float end) {
    return (int) Math.ceil((double) end * bins - ROUNDING) - 1;
  }

  private float edge(int cell) {
    return (float) cell / bins;
  }
}
