package ai.echogen.observe;

import java.util.Arrays;
import java.util.stream.LongStream;

/** Counts on a grid, the larger the darker: a figure with inline SVG. */
public final class HeatMap implements Figure {
  private static final int LEVELS = 24;

  private final String title;
  private final long[][] cells;

  /**
   * @param cells rows from the top, each from the left and of the same length
   */
  public HeatMap(String title, long[][] cells) {
    this.title = title;
    this.cells = Arrays.stream(cells).map(long[]::clone).toArray(long[][]::new);
  }

  @Override
  public String html() {
    long max = Arrays.stream(cells).flatMapToLong(LongStream::of).max().orElse(0);
    int width = Arrays.stream(cells).mapToInt(row -> row.length).max().orElse(0);
    var svg = new StringBuilder();
    for (int level = 1; level <= LEVELS; level++) {
      var path = path(level, max);
      if (!path.isEmpty()) {
        svg.append(
            Figures.format(
                "<path class=\"cells\" fill-opacity=\"%.3f\" d=\"%s\"/>\n",
                (double) level / LEVELS, path));
      }
    }
    return "<figure class=\"chart heat\">\n<figcaption>"
        + Escape.html(title)
        + "</figcaption>\n"
        + Figures.format(
            "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n",
            width, cells.length, Escape.html(title))
        + svg
        + Figures.format("</svg>\n<p>darkest: %,d</p>\n</figure>\n", max);
  }

  /** A square for each cell of a level: one path is far shorter than an element a cell. */
  private String path(int level, long max) {
    var path = new StringBuilder();
    for (int y = 0; y < cells.length; y++) {
      for (int x = 0; x < cells[y].length; x++) {
        if (cells[y][x] > 0 && level == (int) Math.ceil((double) cells[y][x] * LEVELS / max)) {
          path.append(Figures.format("M%d %dh1v1h-1z", x, y));
        }
      }
    }
    return path.toString();
  }
}
