package ai.echogen.observe;

import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Draws layouts: on a plain canvas, or over a picture together with the boxes that were read back
 * from it. Given boxes are solid, read-back boxes dashed; a region has the same colour everywhere.
 */
public final class LayoutPicture {
  private static final Color PAPER = new Color(0xf6f8fa);
  private static final Color PAPER_EDGE = new Color(0xd0d7de);
  private static final List<Color> COLORS =
      List.of(
          new Color(0x1f6feb),
          new Color(0xe8590c),
          new Color(0x2b8a3e),
          new Color(0x9c36b5),
          new Color(0xc2255c),
          new Color(0x0b7285),
          new Color(0x8a5a00),
          new Color(0x5f3dc4),
          new Color(0xc92a2a),
          new Color(0x495057));
  private static final int PAIR_GAP = 4;

  private LayoutPicture() {}

  /** The colour of the region at this index; it repeats after ten. */
  public static Color color(int region) {
    return COLORS.get(region % COLORS.size());
  }

  /** The layout alone: tinted boxes with their phrases on a canvas of that many pixels. */
  public static BufferedImage layout(Layout layout, int width, int height) {
    var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    var graphics = graphics(image);
    graphics.setColor(PAPER);
    graphics.fillRect(0, 0, width, height);
    graphics.setStroke(new BasicStroke(1));
    graphics.setColor(PAPER_EDGE);
    graphics.drawRect(0, 0, width - 1, height - 1);
    var regions = layout.regions();
    for (var i = 0; i < regions.size(); i++) {
      var color = color(i);
      var area = pixels(regions.get(i).box(), image);
      graphics.setColor(new Color(color.getRed(), color.getGreen(), color.getBlue(), 44));
      graphics.fill(area);
      solid(graphics, area, color);
    }
    new RegionLabels(graphics, width, height).drawInside(regions, areas(regions, image));
    graphics.dispose();
    return image;
  }

  /** The picture, enlarged, with the boxes and phrases of a layout over it. */
  public static BufferedImage overlay(BufferedImage picture, int factor, Layout given) {
    return overlay(
        picture, factor, given, Collections.nCopies(given.regions().size(), Optional.empty()));
  }

  /**
   * The picture, enlarged, with the given boxes solid and those read back dashed.
   *
   * @param readBack the box found for each region of the layout, in its order; empty where none was
   */
  public static BufferedImage overlay(
      BufferedImage picture, int factor, Layout given, List<Optional<Box>> readBack) {
    var regions = given.regions();
    if (readBack.size() != regions.size()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "each of the %d regions needs a box read back or an empty one, got %d",
              regions.size(),
              readBack.size()));
    }
    var image = ImageGrid.enlarge(picture, factor);
    var graphics = graphics(image);
    for (var i = 0; i < regions.size(); i++) {
      solid(graphics, pixels(regions.get(i).box(), image), color(i));
    }
    for (var i = 0; i < regions.size(); i++) {
      var color = color(i);
      readBack.get(i).ifPresent(box -> dashed(graphics, pixels(box, image), color));
    }
    new RegionLabels(graphics, image.getWidth(), image.getHeight())
        .drawOutside(regions, areas(regions, image));
    graphics.dispose();
    return image;
  }

  /** Side by side: the layout, and the drawing with the boxes read back. */
  public static BufferedImage pair(
      BufferedImage drawing, int factor, Layout given, List<Optional<Box>> readBack) {
    var right = overlay(drawing, factor, given, readBack);
    var width = right.getWidth();
    var left = layout(given, width, right.getHeight());
    var pair =
        new BufferedImage(2 * width + PAIR_GAP, right.getHeight(), BufferedImage.TYPE_INT_RGB);
    var graphics = graphics(pair);
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, pair.getWidth(), pair.getHeight());
    graphics.drawImage(left, 0, 0, null);
    graphics.drawImage(right, width + PAIR_GAP, 0, null);
    graphics.dispose();
    return pair;
  }

  private static Graphics2D graphics(BufferedImage image) {
    var graphics = image.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    return graphics;
  }

  /** A line of two pixels between thin white ones, so that it shows on any picture. */
  private static void solid(Graphics2D graphics, Rectangle area, Color color) {
    graphics.setStroke(new BasicStroke(4, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER));
    graphics.setColor(new Color(255, 255, 255, 150));
    graphics.draw(area);
    graphics.setStroke(new BasicStroke(2, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER));
    graphics.setColor(color);
    graphics.draw(area);
  }

  /** White gaps keep the dashes visible on top of a solid line of the same colour. */
  private static void dashed(Graphics2D graphics, Rectangle area, Color color) {
    graphics.setStroke(new BasicStroke(2, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER));
    graphics.setColor(Color.WHITE);
    graphics.draw(area);
    graphics.setStroke(
        new BasicStroke(
            2, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 10, new float[] {6, 5}, 0));
    graphics.setColor(color);
    graphics.draw(area);
  }

  private static List<Rectangle> areas(List<Region> regions, BufferedImage image) {
    return regions.stream().map(region -> pixels(region.box(), image)).toList();
  }

  /** The path of a box's two-pixel line: its centre is one pixel inside the picture's edge. */
  private static Rectangle pixels(Box box, BufferedImage image) {
    var x0 = within(box.x0() * image.getWidth(), image.getWidth());
    var y0 = within(box.y0() * image.getHeight(), image.getHeight());
    var x1 = within(box.x1() * image.getWidth(), image.getWidth());
    var y1 = within(box.y1() * image.getHeight(), image.getHeight());
    return new Rectangle(x0, y0, x1 - x0, y1 - y0);
  }

  private static int within(float position, int size) {
    return Math.min(size - 1, Math.max(1, Math.round(position)));
  }
}
