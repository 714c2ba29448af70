package ai.echogen.scoring.metrics;

import java.io.Serializable;
import java.util.List;

/**
 * LayoutSAM-Eval's numbers from the answers of a visual question answering judge (CreatiLayout,
 * 2412.03859): {@code spatial}, {@code color}, {@code texture} and {@code shape} are shares of all
 * regions of all images. What is not there has no attribute right. Regions that nobody could answer
 * for are left out of all four, and counted.
 */
public final class LayoutSamScores {
  /**
   * What the judge says of one region.
   *
   * @param spatial whether it is there; if not, the others do not count
   */
  public record Region(boolean spatial, boolean color, boolean texture, boolean shape)
      implements Serializable {
    /** Nothing is there. */
    public static final Region ABSENT = new Region(false, false, false, false);
  }

  private final RatioTable table = new RatioTable();

  /** Adds an image. */
  public void add(String id, List<Region> regions) {
    var row = table.row(id);
    for (var region : regions) {
      row.add("spatial", region.spatial() ? 1 : 0, 1);
      row.add("color", region.spatial() && region.color() ? 1 : 0, 1);
      row.add("texture", region.spatial() && region.texture() ? 1 : 0, 1);
      row.add("shape", region.spatial() && region.shape() ? 1 : 0, 1);
    }
  }

  /** What the numbers are made of, and where regions are left out. */
  public RatioTable table() {
    return table;
  }
}
