package ai.echogen.scoring.judges.file;

import java.util.Locale;

/**
 * Whether the boxes of one picture are measured in what a description says. Pixels that are taken
 * for shares of the input lie far outside of it, and shares that are taken for pixels all in its
 * first corner. Padding, which is all zeros, and pictures with few boxes say nothing.
 */
final class BoxUnits {
  private static final int FEWEST = 5; // boxes
  private static final double FAR = 8.0; // in shares of the input
  private static final double NEAR = 1.5; // in pixels

  private int boxes;
  private int far;
  private int near;

  /** Four numbers of a box, in whatever order they come. */
  void add(double a, double b, double c, double d) {
    double most = Math.max(Math.max(Math.abs(a), Math.abs(b)), Math.max(Math.abs(c), Math.abs(d)));
    if (most > 0) {
      boxes++;
      far += most > FAR ? 1 : 0;
      near += most <= NEAR ? 1 : 0;
    }
  }

  /**
   * Fails where shares of the input are meant and most boxes are in pixels.
   *
   * @param wayOut what a description has to say then
   */
  void requireShares(Output output, String wayOut) {
    if (boxes >= FEWEST && 2 * far > boxes) {
      throw output.wrong(
          String.format(
              Locale.ROOT,
              "should have boxes in shares of the input, but %d of %d have numbers above %s, as"
                  + " pixels have; %s",
              far,
              boxes,
              FAR,
              wayOut));
    }
  }

  /** Fails where pixels are meant and every box is in shares of the input; see above. */
  void requirePixels(Output output, String wayOut) {
    if (boxes >= FEWEST && near == boxes) {
      throw output.wrong(
          String.format(
              Locale.ROOT,
              "should have boxes in pixels of the input, but none of %d has a number above %s, as"
                  + " shares of it have; %s",
              boxes,
              NEAR,
              wayOut));
    }
  }
}
