package ai.echogen.scoring.metrics;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * One phrase that was to be found, and the box that was predicted for it.
 *
 * @param category for averages over classes
 * @param area width times height of the true box, as its file gives them: decides its size group
 * @param predicted null where there is none, or none that could be read
 */
public record GroundedRegion(
    String phrase, String category, PixelBox truth, double area, @Nullable PixelBox predicted)
    implements Serializable {
  public GroundedRegion {
    if (!(area >= 0)) {
      throw new IllegalArgumentException(
          "the true box of \"%s\" has the area %s: %s".formatted(phrase, area, truth));
    }
  }

  /** A region whose size is that of its true box. */
  public GroundedRegion(
      String phrase, String category, PixelBox truth, @Nullable PixelBox predicted) {
    this(phrase, category, truth, truth.area(), predicted);
  }
}
