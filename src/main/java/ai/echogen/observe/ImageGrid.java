package ai.echogen.observe;

import ai.echogen.image.Png;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Pictures in rows and columns on white, with titles below them and a heading above all. */
public final class ImageGrid {
  private static final int MARGIN = 16;
  private static final int GAP = 12;
  private static final int TITLE_GAP = 4;
  private static final int MAX_TITLE_LINES = 3;
  private static final Color INK = new Color(0x1f2328);
  private static final Color SOFT_INK = new Color(0x57606a);

  private final Lettering headingLetters = new Lettering(Font.BOLD, 17);
  private final Lettering titleLetters = new Lettering(Font.PLAIN, 12);
  private final int columns;
  private final int factor;
  private final List<Cell> cells = new ArrayList<>();
  private String heading = "";

  /** A grid of pictures at their own size. */
  public ImageGrid(int columns) {
    this(columns, 1);
  }

  /**
   * @param factor by how much each picture is enlarged
   */
  public ImageGrid(int columns, int factor) {
    if (columns < 1 || factor < 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a grid needs >= 1 column and a factor >= 1, got %d and %d",
              columns,
              factor));
    }
    this.columns = columns;
    this.factor = factor;
  }

  public ImageGrid heading(String text) {
    heading = text;
    return this;
  }

  /** Adds a picture; a row is filled from left to right. */
  public ImageGrid add(BufferedImage image) {
    return add(image, "");
  }

  /** Adds a picture with a title below it. */
  public ImageGrid add(BufferedImage image, String title) {
    cells.add(new Cell(enlarge(image, factor), title));
    return this;
  }

  /** The whole grid as one picture. */
  public BufferedImage draw() {
    if (cells.isEmpty()) {
      throw new IllegalStateException("a grid needs a picture before it is drawn");
    }
    var cellWidth = cells.stream().mapToInt(cell -> cell.image.getWidth()).max().orElseThrow();
    var shownColumns = Math.min(columns, cells.size());
    var width = 2 * MARGIN + shownColumns * cellWidth + (shownColumns - 1) * GAP;
    var headingLines = headingLetters.wrapped(heading, width - 2 * MARGIN, MAX_TITLE_LINES);
    var top =
        MARGIN + (headingLines.isEmpty() ? 0 : headingLines.size() * headingLetters.height() + GAP);
    var height = top + MARGIN - GAP;
    for (var row : rows()) {
      height += rowHeight(row, cellWidth) + GAP;
    }

    var grid = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    var graphics = grid.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, width, height);
    drawLines(graphics, headingLetters, headingLines, MARGIN, MARGIN, INK);
    var y = top;
    for (var row : rows()) {
      for (var column = 0; column < row.size(); column++) {
        drawCell(graphics, row.get(column), MARGIN + column * (cellWidth + GAP), y, cellWidth, row);
      }
      y += rowHeight(row, cellWidth) + GAP;
    }
    graphics.dispose();
    return grid;
  }

  /** Writes the grid as a PNG file. */
  public void write(Path file) {
    Png.write(draw(), file);
  }

  /** The picture with each pixel as a square of {@code factor} × {@code factor}: no blur. */
  public static BufferedImage enlarge(BufferedImage image, int factor) {
    var width = image.getWidth() * factor;
    var height = image.getHeight() * factor;
    var large = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    var graphics = large.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, width, height);
    // Java2D's default interpolation is nearest neighbour.
    graphics.drawImage(image, 0, 0, width, height, null);
    graphics.dispose();
    return large;
  }

  private void drawCell(
      Graphics2D graphics, Cell cell, int left, int top, int cellWidth, List<Cell> row) {
    var x = left + (cellWidth - cell.image.getWidth()) / 2;
    graphics.drawImage(cell.image, x, top, null);
    var lines = titleLetters.wrapped(cell.title, cellWidth, MAX_TITLE_LINES);
    drawLines(graphics, titleLetters, lines, left, top + imageHeight(row) + TITLE_GAP, SOFT_INK);
  }

  private static void drawLines(
      Graphics2D graphics, Lettering letters, List<String> lines, int x, int top, Color color) {
    for (var line = 0; line < lines.size(); line++) {
      letters.draw(graphics, lines.get(line), x, top + line * letters.height(), color);
    }
  }

  private List<List<Cell>> rows() {
    List<List<Cell>> rows = new ArrayList<>();
    for (var start = 0; start < cells.size(); start += columns) {
      rows.add(cells.subList(start, Math.min(cells.size(), start + columns)));
    }
    return rows;
  }

  private int rowHeight(List<Cell> row, int cellWidth) {
    var lines =
        row.stream()
            .mapToInt(cell -> titleLetters.wrapped(cell.title, cellWidth, MAX_TITLE_LINES).size())
            .max()
            .orElseThrow();
    return imageHeight(row) + (lines == 0 ? 0 : TITLE_GAP + lines * titleLetters.height());
  }

  private static int imageHeight(List<Cell> row) {
    return row.stream().mapToInt(cell -> cell.image.getHeight()).max().orElseThrow();
  }

  private record Cell(BufferedImage image, String title) {}
}
