package ai.echogen.image;

import ai.echogen.layout.Box;
import java.util.Optional;

/**
 * How a stored picture is turned to be shown: its corners change places along the diagonal first,
 * then it is mirrored.
 */
public enum Orientation {
  UPRIGHT(false, false, false),
  MIRRORED(false, true, false),
  UPSIDE_DOWN(false, true, true),
  MIRRORED_UPSIDE_DOWN(false, false, true),
  TRANSPOSED(true, false, false),
  TURNED_RIGHT(true, true, false),
  TRANSVERSED(true, true, true),
  TURNED_LEFT(true, false, true);

  private final boolean transposed;
  private final boolean mirrorsX;
  private final boolean mirrorsY;

  Orientation(boolean transposed, boolean mirrorsX, boolean mirrorsY) {
    this.transposed = transposed;
    this.mirrorsX = mirrorsX;
    this.mirrorsY = mirrorsY;
  }

  /** By EXIF's number, 1 to 8. */
  static Optional<Orientation> of(long number) {
    return number >= 1 && number <= 8 ? Optional.of(values()[(int) number - 1]) : Optional.empty();
  }

  /** Whether width and height change places. */
  public boolean transposes() {
    return transposed;
  }

  /** Where a box of the stored picture lies in the shown one. */
  public Box box(Box stored) {
    var box = transposed ? new Box(stored.y0(), stored.x0(), stored.y1(), stored.x1()) : stored;
    return new Box(
        mirrorsX ? 1 - box.x1() : box.x0(),
        mirrorsY ? 1 - box.y1() : box.y0(),
        mirrorsX ? 1 - box.x0() : box.x1(),
        mirrorsY ? 1 - box.y0() : box.y1());
  }

  /**
   * The place of a stored pixel among the shown ones.
   *
   * @param width of the shown picture
   * @param height of the shown picture
   */
  int place(int x, int y, int width, int height) {
    int column = transposed ? y : x;
    int row = transposed ? x : y;
    return (mirrorsY ? height - 1 - row : row) * width + (mirrorsX ? width - 1 - column : column);
  }
}
