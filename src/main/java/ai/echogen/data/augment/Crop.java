package ai.echogen.data.augment;

import ai.echogen.config.Check;
import java.io.Serializable;

/**
 * How copies are cropped, or shrunk: see {@link Cropper}.
 *
 * @param share of the copies that are cropped
 * @param minArea least share of the picture's area that is cut out
 * @param maxAspect most by which the shape of what is cut out differs from what becomes a square
 *     without distortion
 * @param minVisible least share of a box's area that must stay, else its region is dropped
 * @param zoomOut share of the copies that are shrunk instead
 * @param fill what is around a picture that is shrunk
 */
public record Crop(
    double share, double minArea, double maxAspect, double minVisible, double zoomOut, Fill fill)
    implements Serializable {
  private static final double LEAST_AREA = 0.01;
  private static final double LEAST_VISIBLE = 0.05;

  public Crop {
    new Check()
        .that("share", share >= 0 && share <= 1, "must be in [0, 1], got " + share)
        .that("minArea", minArea >= LEAST_AREA && minArea <= 1, "must be 0.01 to 1, got " + minArea)
        .that("maxAspect", maxAspect >= 1 && maxAspect <= 4, "must be 1 to 4, got " + maxAspect)
        .that(
            "minVisible",
            minVisible >= LEAST_VISIBLE && minVisible <= 1,
            "must be 0.05 to 1, got " + minVisible)
        .that(
            "zoomOut",
            zoomOut >= 0 && share + zoomOut <= 1,
            "must be >= 0, and with crop.share at most 1, got " + zoomOut)
        .orThrow();
  }
}
