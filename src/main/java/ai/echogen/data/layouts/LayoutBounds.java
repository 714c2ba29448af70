package ai.echogen.data.layouts;

import ai.echogen.config.Check;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;

/**
 * What a layout's boxes may be.
 *
 * @param minRegions least regions of a layout
 * @param maxRegions most of them
 * @param minArea least area of a box, as a share of the image
 * @param maxIou most that two boxes of a layout may have in common, as IoU
 */
public record LayoutBounds(int minRegions, int maxRegions, double minArea, double maxIou)
    implements Serializable {
  private static final double LARGEST_AREA = 0.5; // a box that must be larger leaves no choice

  public LayoutBounds {
    new Check()
        .that(
            "minRegions",
            minRegions >= 1 && minRegions <= Layout.MAX_REGIONS,
            String.format(Locale.ROOT, "must be 1 to %d, got %d", Layout.MAX_REGIONS, minRegions))
        .that(
            "maxRegions",
            maxRegions >= minRegions && maxRegions <= Layout.MAX_REGIONS,
            String.format(
                Locale.ROOT,
                "must be minRegions=%d to %d, got %d",
                minRegions,
                Layout.MAX_REGIONS,
                maxRegions))
        .that(
            "minArea",
            minArea > 0 && minArea <= LARGEST_AREA,
            String.format(Locale.ROOT, "must be > 0 and <= %s, got %s", LARGEST_AREA, minArea))
        .that("maxIou", maxIou >= 0 && maxIou <= 1, "must be 0 to 1, got " + maxIou)
        .orThrow();
  }

  /** Whether a box may be added to others. */
  boolean allow(Box box, List<Box> placed) {
    return box.area() >= minArea && placed.stream().allMatch(other -> box.iou(other) <= maxIou);
  }

  /** Whether a layout may have so many regions. */
  public boolean allowNumber(int regions) {
    return regions >= minRegions && regions <= maxRegions;
  }
}
