package ai.echogen.scoring.judges;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Pixels of one colour that touch, corners included.
 *
 * @param color as in {@link ColorMap#at}
 * @param area pixels
 * @param mask one entry for each pixel of the bounding box, row by row
 */
record Component(int color, int x, int y, int width, int height, int area, boolean[] mask) {

  /** All components of an image, in reading order of their first pixel. */
  static List<Component> of(ColorMap map) {
    var labels = new int[map.width() * map.height()];
    var stack = new int[labels.length];
    var components = new ArrayList<Component>();
    for (var i = 0; i < labels.length; i++) {
      if (labels[i] == 0 && map.at(i % map.width(), i / map.width()) != ColorMap.BACKGROUND) {
        components.add(grow(map, labels, stack, i, components.size() + 1));
      }
    }
    return components;
  }

  /** Flood fill from one pixel; every pixel goes on the stack once. */
  private static Component grow(ColorMap map, int[] labels, int[] stack, int start, int label) {
    var width = map.width();
    var color = map.at(start % width, start / width);
    int left = width;
    int right = 0;
    int top = map.height();
    int bottom = 0;
    var area = 0;
    var depth = 0;
    stack[depth++] = start;
    labels[start] = label;
    while (depth > 0) {
      var x = stack[--depth] % width;
      var y = stack[depth] / width;
      area++;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
      for (var ny = Math.max(0, y - 1); ny <= Math.min(map.height() - 1, y + 1); ny++) {
        for (var nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
          var next = ny * width + nx;
          if (labels[next] == 0 && map.at(nx, ny) == color) {
            labels[next] = label;
            stack[depth++] = next;
          }
        }
      }
    }
    return cut(labels, label, width, color, area, new int[] {left, top, right + 1, bottom + 1});
  }

  private static Component cut(
      int[] labels, int label, int imageWidth, int color, int area, int[] bounds) {
    var width = bounds[2] - bounds[0];
    var height = bounds[3] - bounds[1];
    var mask = new boolean[width * height];
    for (var i = 0; i < mask.length; i++) {
      mask[i] = labels[(bounds[1] + i / width) * imageWidth + bounds[0] + i % width] == label;
    }
    return new Component(color, bounds[0], bounds[1], width, height, area, mask);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Component that
        && color == that.color
        && x == that.x
        && y == that.y
        && width == that.width
        && height == that.height
        && Arrays.equals(mask, that.mask);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(new int[] {color, x, y, width, height, Arrays.hashCode(mask)});
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "%d pixels of color %d at %d, %d, %d × %d", area, color, x, y, width, height);
  }
}
