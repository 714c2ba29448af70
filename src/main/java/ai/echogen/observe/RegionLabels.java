package ai.echogen.observe;

import ai.echogen.layout.Region;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.util.ArrayList;
import java.util.List;

/** Puts the phrases of regions beside their boxes: inside the picture, and off each other. */
final class RegionLabels {
  private static final int PADDING = 3;

  /** An overlap with another label costs this many times an overlap with a box. */
  private static final int LABEL_WEIGHT = 8;

  private final Graphics2D graphics;
  private final int width;
  private final int height;
  private final Lettering letters;
  private final List<Rectangle> placed = new ArrayList<>();

  /** Labels for a picture of that many pixels. */
  RegionLabels(Graphics2D graphics, int width, int height) {
    this.graphics = graphics;
    this.width = width;
    this.height = height;
    this.letters =
        new Lettering(Font.BOLD, Math.max(9, Math.min(16, Math.min(width, height) / 22)));
  }

  /** Labels at the upper left corners, inside the boxes; {@code areas} are the boxes in pixels. */
  void drawInside(List<Region> regions, List<Rectangle> areas) {
    for (var i = 0; i < regions.size(); i++) {
      draw(regions.get(i).phrase(), areas.get(i), LayoutPicture.color(i), List.of());
    }
  }

  /** Labels that leave free what is in the boxes, where there is room for that. */
  void drawOutside(List<Region> regions, List<Rectangle> areas) {
    for (var i = 0; i < regions.size(); i++) {
      draw(regions.get(i).phrase(), areas.get(i), LayoutPicture.color(i), areas);
    }
  }

  private void draw(String phrase, Rectangle area, Color color, List<Rectangle> keepFree) {
    var text = letters.shortened(phrase, width - 2 * PADDING);
    var tag = place(letters.width(text) + 2 * PADDING, letters.height(), area, keepFree);
    placed.add(tag);
    if (letters.height() > 0) {
      graphics.setRenderingHint(
          RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_OFF);
      graphics.setColor(color);
      graphics.fill(tag);
      letters.draw(graphics, text, tag.x + PADDING, tag.y, Color.WHITE);
    }
  }

  /** The cheapest of the places along the box's edges; among equals the first. */
  private Rectangle place(int w, int h, Rectangle area, List<Rectangle> keepFree) {
    var left = area.x - 1;
    var right = area.x + area.width + 1 - w;
    var above = area.y - 1 - h;
    var insideTop = area.y - 1;
    var insideBottom = area.y + area.height + 1 - h;
    var below = area.y + area.height + 1;
    var ys =
        keepFree.isEmpty()
            ? new int[] {insideTop, insideBottom, above, below}
            : new int[] {above, below, insideTop, insideBottom};
    var best = new Rectangle(0, 0, w, h);
    var bestCost = Double.POSITIVE_INFINITY;
    for (var y : ys) {
      for (var x : new int[] {left, right}) {
        var tag = new Rectangle(clamp(x, width - w), clamp(y, height - h), w, h);
        var cost = LABEL_WEIGHT * overlap(tag, placed) + overlap(tag, keepFree);
        if (cost < bestCost) {
          best = tag;
          bestCost = cost;
        }
      }
    }
    return best;
  }

  private static double overlap(Rectangle tag, List<Rectangle> others) {
    var sum = 0.0;
    for (var other : others) {
      var common = tag.intersection(other);
      sum += common.isEmpty() ? 0 : (double) common.width * common.height;
    }
    return sum;
  }

  private static int clamp(int position, int max) {
    return Math.max(0, Math.min(position, max));
  }
}
