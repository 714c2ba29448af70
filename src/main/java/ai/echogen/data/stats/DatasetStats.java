package ai.echogen.data.stats;

import ai.echogen.data.Sample;
import ai.echogen.layout.Layout;
import java.io.Serializable;
import org.apache.spark.sql.Row;

/**
 * What the rows of one split are like, but for their texts and image files: sizes, lengths of
 * captions, numbers and places of boxes. A few tens of kilobytes whatever the number of rows; every
 * count is whole, so that the sum of parts is the same however rows were divided.
 */
public final class DatasetStats implements Serializable {
  private static final long serialVersionUID = 1;

  private final WholeCounts widths = new WholeCounts();
  private final WholeCounts heights = new WholeCounts();
  private final WholeCounts captionWords = new WholeCounts();
  private final WholeCounts captionLetters = new WholeCounts();
  private final WholeCounts regions = new WholeCounts();
  private final ShareCounts boxAreas = ShareCounts.logarithmic();
  private final ShareCounts boxWidths = ShareCounts.even();
  private final ShareCounts boxHeights = ShareCounts.even();
  private final CellCounts centers = new CellCounts();
  private final CellCounts covered = new CellCounts();

  /**
   * Counts a row.
   *
   * @param row with {@code width}, {@code height}, {@code caption} and {@code regions}
   */
  void add(Row row) {
    widths.add(row.<Integer>getAs("width"));
    heights.add(row.<Integer>getAs("height"));
    add(Sample.layout(row));
  }

  private void add(Layout layout) {
    var caption = layout.caption().strip();
    captionWords.add(caption.isEmpty() ? 0 : caption.split("\\s+", -1).length);
    captionLetters.add(caption.codePointCount(0, caption.length()));
    regions.add(layout.regions().size());
    for (var region : layout.regions()) {
      var box = region.box();
      boxAreas.add(box.area());
      boxWidths.add((double) box.x1() - box.x0());
      boxHeights.add((double) box.y1() - box.y0());
      centers.addCenter(box);
      covered.addCovered(box);
    }
  }

  /** Adds what was counted of other rows of the split. */
  DatasetStats merge(DatasetStats other) {
    widths.merge(other.widths);
    heights.merge(other.heights);
    captionWords.merge(other.captionWords);
    captionLetters.merge(other.captionLetters);
    regions.merge(other.regions);
    boxAreas.merge(other.boxAreas);
    boxWidths.merge(other.boxWidths);
    boxHeights.merge(other.boxHeights);
    centers.merge(other.centers);
    covered.merge(other.covered);
    return this;
  }

  /** How many rows there are. */
  public long rows() {
    return regions.total();
  }

  /** Pixels. */
  public WholeCounts widths() {
    return widths;
  }

  /** Pixels. */
  public WholeCounts heights() {
    return heights;
  }

  /** Words of a caption, as blanks divide it. */
  public WholeCounts captionWords() {
    return captionWords;
  }

  /** Letters of a caption (code points), blanks between words too. */
  public WholeCounts captionLetters() {
    return captionLetters;
  }

  /** Regions of an image. */
  public WholeCounts regions() {
    return regions;
  }

  /** Boxes' shares of their images. */
  public Histogram boxAreas() {
    return boxAreas.histogram();
  }

  /** Boxes' shares of their images' widths. */
  public Histogram boxWidths() {
    return boxWidths.histogram();
  }

  /** Boxes' shares of their images' heights. */
  public Histogram boxHeights() {
    return boxHeights.histogram();
  }

  /** Boxes whose centre lies in each cell, [y][x]. */
  public long[][] centers() {
    return centers.rows();
  }

  /** Boxes that each cell's centre lies in, [y][x]. */
  public long[][] covered() {
    return covered.rows();
  }
}
