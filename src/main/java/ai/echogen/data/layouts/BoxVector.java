package ai.echogen.data.layouts;

import ai.echogen.layout.Box;
import java.util.Optional;

/**
 * A box as four numbers whose distribution is more like a normal one than that of its corners: the
 * centre's x and y, and the logarithms of width and height. All are shares of the image.
 */
final class BoxVector {
  /** How many numbers. */
  static final int SIZE = 4;

  /** Shorter sides count as this: the model's grammar tells apart no shorter ones. */
  static final double SHORTEST = 1e-3;

  /** Of a box that is drawn, so much must lie in the image. */
  private static final double LEAST_SEEN = 0.6;

  private BoxVector() {}

  static double[] of(Box box) {
    double width = (double) box.x1() - box.x0();
    double height = (double) box.y1() - box.y0();
    return new double[] {
      box.x0() + width / 2,
      box.y0() + height / 2,
      StrictMath.log(Math.max(SHORTEST, width)),
      StrictMath.log(Math.max(SHORTEST, height))
    };
  }

  /** The box, cut at the image's edges; empty where too little of it is left, or too short. */
  static Optional<Box> box(double[] vector) {
    double width = StrictMath.exp(vector[2]);
    double height = StrictMath.exp(vector[3]);
    double x0 = Math.max(0, vector[0] - width / 2);
    double y0 = Math.max(0, vector[1] - height / 2);
    double x1 = Math.min(1, vector[0] + width / 2);
    double y1 = Math.min(1, vector[1] + height / 2);
    boolean isLong = x1 - x0 >= SHORTEST && y1 - y0 >= SHORTEST;
    return isLong && (x1 - x0) * (y1 - y0) >= LEAST_SEEN * width * height
        ? Optional.of(Boxes.of(x0, y0, x1, y1))
        : Optional.empty();
  }
}
