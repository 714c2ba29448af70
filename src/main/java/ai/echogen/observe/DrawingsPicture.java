package ai.echogen.observe;

import ai.echogen.image.Png;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import java.util.List;
import java.util.Optional;

/** The picture of a run: each layout beside its drawing with the boxes that were read back. */
public final class DrawingsPicture {
  /** How many samples it shows. */
  public static final int PICTURED = 12;

  private static final int COLUMNS = 3;
  private static final float WIDTH = 400;

  /**
   * @param drawing PNG
   * @param readBack a box for each region, empty where none was read
   */
  public record Shown(Layout layout, byte[] drawing, List<Optional<Box>> readBack) {}

  private DrawingsPicture() {}

  public static ImageGrid of(List<Shown> samples) {
    var grid =
        new ImageGrid(COLUMNS)
            .heading("layout | drawing; solid: given, dashed: read back from the drawing");
    for (var sample : samples) {
      var drawing = Png.decode(sample.drawing());
      int factor = Math.max(1, Math.round(WIDTH / (2 * drawing.getWidth())));
      grid.add(
          LayoutPicture.pair(drawing, factor, sample.layout(), sample.readBack()),
          sample.layout().caption());
    }
    return grid;
  }
}
