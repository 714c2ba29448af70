package ai.echogen.data.augment;

import ai.echogen.config.Check;
import java.io.Serializable;

/**
 * How objects of other pictures are pasted: see {@link Paster}.
 *
 * @param share of the copies that get objects
 * @param most objects that a copy gets
 * @param mostHidden most of a box that pasted objects may hide
 * @param minScale smallest factor of an object's size
 * @param maxScale largest factor of an object's size
 * @param repeats whether an object may be pasted whose phrase the picture has already
 * @param bank most objects that are kept to be pasted
 */
public record Paste(
    double share,
    int most,
    double mostHidden,
    double minScale,
    double maxScale,
    boolean repeats,
    int bank)
    implements Serializable {
  private static final int MOST_BANK = 200_000;
  private static final double LEAST_SCALE = 0.1;
  private static final double MOST_SCALE = 4;

  public Paste {
    new Check()
        .that("share", share >= 0 && share <= 1, "must be in [0, 1], got " + share)
        .that("most", most >= 1 && most <= 10, "must be 1 to 10, got " + most)
        .that(
            "mostHidden", mostHidden >= 0 && mostHidden < 1, "must be in [0, 1), got " + mostHidden)
        .that(
            "minScale",
            minScale >= LEAST_SCALE && minScale <= MOST_SCALE,
            "must be 0.1 to 4, got " + minScale)
        .that(
            "maxScale",
            maxScale >= minScale && maxScale <= MOST_SCALE,
            "must be minScale to 4, got " + maxScale)
        .that("bank", bank >= 1 && bank <= MOST_BANK, "must be 1 to 200000, got " + bank)
        .orThrow();
  }
}
