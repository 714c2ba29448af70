package ai.echogen.objectives.policy;

import ai.echogen.config.Check;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import java.io.Serializable;
import java.util.Arrays;

/**
 * Which advantage a code gets: that of the image, and those of the regions whose boxes it lies
 * under. Each is relative to its own group.
 *
 * <p>{@code A_t = image · A + (1 − image) · Σ_k [code t lies under box k] · A_k}; the first codes,
 * which settle the picture's plan, always get A. With {@code image = 1} it is GRPO.
 *
 * @param image the image's share, in [0, 1]
 * @param early share of the codes, the first, that always get the image's
 */
public record Credit(double image, double early) implements Serializable {
  public Credit {
    new Check()
        .that("image", image >= 0 && image <= 1, "must be in [0, 1], got " + image)
        .that("early", early >= 0 && early <= 1, "must be in [0, 1], got " + early)
        .orThrow();
  }

  /**
   * The advantage of each code of one drawing.
   *
   * @param numCodes codes of an image, a square grid row by row
   * @param ofImage the image's advantage
   * @param ofRegions one a region
   */
  public float[] of(Layout layout, int numCodes, double ofImage, double[] ofRegions) {
    var advantages = new double[numCodes];
    if (image == 1) {
      Arrays.fill(advantages, ofImage);
    } else {
      Arrays.fill(advantages, image * ofImage);
      int side = (int) Math.round(Math.sqrt(numCodes));
      for (int k = 0; k < ofRegions.length; k++) {
        for (int code : under(layout.regions().get(k).box(), side)) {
          advantages[code] += (1 - image) * ofRegions[k];
        }
      }
      Arrays.fill(advantages, 0, (int) (early * numCodes), ofImage);
    }
    var rounded = new float[numCodes];
    for (int i = 0; i < numCodes; i++) {
      rounded[i] = (float) advantages[i];
    }
    return rounded;
  }

  /**
   * The codes whose centres a box holds; of a box that holds none, the one under its own centre.
   */
  static int[] under(Box box, int side) {
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
