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
    return rounded(advantages);
  }

  /**
   * The advantage of each token of the boxes that were read from one drawing: the image's share of
   * its, and the rest of that of the token's region.
   *
   * @param tokens of all regions, as many each
   */
  public float[] ofBoxes(int tokens, double ofImage, double[] ofRegions) {
    var advantages = new double[tokens];
    for (int i = 0; i < tokens; i++) {
      int region = (int) ((long) i * ofRegions.length / tokens);
      advantages[i] = image == 1 ? ofImage : image * ofImage + (1 - image) * ofRegions[region];
    }
    return rounded(advantages);
  }

  private static float[] rounded(double[] advantages) {
    var rounded = new float[advantages.length];
    for (int i = 0; i < rounded.length; i++) {
      rounded[i] = (float) advantages[i];
    }
    return rounded;
  }
}
