package ai.echogen.data.augment;

import ai.echogen.image.Picture;
import ai.echogen.layout.Region;
import java.util.List;

/**
 * A rectangle that is cut from a picture, in its pixels; it may reach beyond the picture.
 *
 * @param x of its left edge
 * @param y of its upper edge
 */
record Window(int x, int y, int width, int height) {
  /**
   * What is seen through the window.
   *
   * @param minVisible as of {@link Extent#moved}
   * @param fill what is seen beside the picture
   */
  Annotated cut(Annotated before, double minVisible, Fill fill) {
    return before.with(cut(before.picture(), fill), regions(before, minVisible));
  }

  /** The regions that are seen. */
  List<Region> regions(Annotated before, double minVisible) {
    var picture = before.picture();
    return Extent.moved(before.regions(), minVisible, extent -> moved(extent, picture));
  }

  private Extent moved(Extent old, Picture picture) {
    return new Extent(
        (old.x0() * picture.width() - x) / width,
        (old.y0() * picture.height() - y) / height,
        (old.x1() * picture.width() - x) / width,
        (old.y1() * picture.height() - y) / height);
  }

  private Picture cut(Picture picture, Fill fill) {
    boolean isInside =
        x >= 0 && y >= 0 && x + width <= picture.width() && y + height <= picture.height();
    if (isInside) {
      return picture.crop(new Picture.Area(x, y, width, height));
    }
    var outside = fill.of(picture);
    var argb = new int[width * height];
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        int fromX = x + column;
        int fromY = y + row;
        boolean isThere =
            fromX >= 0 && fromY >= 0 && fromX < picture.width() && fromY < picture.height();
        argb[row * width + column] =
            isThere ? picture.argb()[fromY * picture.width() + fromX] : outside.at(fromX, fromY);
      }
    }
    return new Picture(width, height, argb);
  }
}
