package ai.echogen.scoring.judges.file;

import ai.echogen.layout.Box;
import java.util.Optional;

/**
 * Where a scaled picture lies in a network's input.
 *
 * @param width of the whole scaled picture, in pixels of the input
 * @param left where it begins; below 0 where it is cut off
 */
record Placement(int width, int height, int left, int top) {
  Placement at(int newLeft, int newTop) {
    return new Placement(width, height, newLeft, newTop);
  }

  /**
   * The box in the picture that a box of the input is, in pixels of it; what leaves the picture is
   * cut off. Empty if nothing is left.
   */
  Optional<Box> box(double x0, double y0, double x1, double y1) {
    float left = relative(x0 - this.left, width);
    float top = relative(y0 - this.top, height);
    float right = relative(x1 - this.left, width);
    float bottom = relative(y1 - this.top, height);
    return left < right && top < bottom
        ? Optional.of(new Box(left, top, right, bottom))
        : Optional.empty();
  }

  private static float relative(double pixels, int side) {
    return (float) Math.min(1, Math.max(0, pixels / side));
  }
}
