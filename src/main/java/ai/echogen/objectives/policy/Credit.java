package ai.echogen.objectives.policy;

import ai.echogen.config.Check;
import ai.echogen.layout.CodeGrid;
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
      int side = CodeGrid.side(numCodes);
      for (int k = 0; k < ofRegions.length; k++) {
        for (int code : CodeGrid.under(layout.regions().get(k).box(), side)) {
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
}
