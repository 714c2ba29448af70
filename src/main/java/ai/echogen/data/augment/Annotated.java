package ai.echogen.data.augment;

import ai.echogen.image.Picture;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;

/**
 * A picture and its layout while changes are made.
 *
 * @param id of the sample that it comes from; empty if it comes from none
 * @param picture opaque
 */
record Annotated(String id, Picture picture, Layout layout) {
  /** The pixels of an image, on white where it is transparent. */
  static Picture opaque(BufferedImage image) {
    return opaque(image, Picture.of(image));
  }

  /**
   * The same, scaled down if need be.
   *
   * @param longerSide most pixels of the longer side
   */
  static Picture opaque(BufferedImage image, int longerSide) {
    return opaque(image, Picture.of(image, longerSide));
  }

  private static Picture opaque(BufferedImage image, Picture picture) {
    if (!image.getColorModel().hasAlpha()) {
      return picture;
    }
    var argb = new int[picture.argb().length];
    Arrays.fill(argb, 0xFFFFFFFF);
    var canvas = new Picture(picture.width(), picture.height(), argb);
    canvas.paint(picture, 0, 0);
    return canvas;
  }

  List<Region> regions() {
    return layout.regions();
  }

  /** Another picture of the same layout. */
  Annotated with(Picture changed) {
    return new Annotated(id, changed, layout);
  }

  /** Another picture, and what has become of the regions; see {@link Captions#recounted}. */
  Annotated with(Picture changed, List<Region> regions) {
    return new Annotated(id, changed, Captions.recounted(layout, regions));
  }

  /** Whether these are none of its regions, of which it has some. */
  boolean isEmptiedBy(List<Region> left) {
    return left.isEmpty() && !regions().isEmpty();
  }
}
