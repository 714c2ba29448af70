package ai.echogen.data.layouts;

import ai.echogen.layout.Box;

/** Makes boxes whose coordinates are whole numbers of ten thousandths: short to write and exact. */
final class Boxes {
  private static final double STEPS = 1e4;

  private Boxes() {}

  /** The nearest such box; coordinates must be in [0, 1] and the sides a step long at least. */
  static Box of(double x0, double y0, double x1, double y1) {
    return new Box(rounded(x0), rounded(y0), rounded(x1), rounded(y1));
  }

  private static float rounded(double coordinate) {
    return (float) (Math.rint(coordinate * STEPS) / STEPS);
  }
}
