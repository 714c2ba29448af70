package ai.echogen.data.augment;

import ai.echogen.image.Picture;
import ai.echogen.image.Png;
import ai.echogen.layout.Region;
import java.awt.image.BufferedImage;
import java.io.Serializable;

/**
 * An object cut out of its picture: the pixels of its box.
 *
 * @param donor what it is, and where it comes from
 * @param png its pixels
 */
record Cutout(Donor donor, String category, byte[] png) implements Serializable {
  /**
   * Cuts an object out.
   *
   * @param image the donor's
   * @param region of the image
   */
  static Cutout of(Donor donor, Region region, BufferedImage image) {
    var box = region.box();
    int x0 = first(box.x0(), image.getWidth());
    int y0 = first(box.y0(), image.getHeight());
    int width = Math.max(1, (int) Math.round(box.x1() * image.getWidth()) - x0);
    int height = Math.max(1, (int) Math.round(box.y1() * image.getHeight()) - y0);
    var part = Annotated.opaque(image.getSubimage(x0, y0, width, height));
    int keptWidth = Math.min(width, donor.width());
    int keptHeight = Math.min(height, donor.height());
    var kept = keptWidth < width || keptHeight < height ? part.scaled(keptWidth, keptHeight) : part;
    return new Cutout(donor, region.category(), Png.encode(kept.opaque()));
  }

  private static int first(float edge, int length) {
    return (int) Math.min(length - 1, Math.round((double) edge * length));
  }

  String phrase() {
    return donor.phrase();
  }

  Picture picture() {
    return Picture.of(Png.decode(png));
  }
}
