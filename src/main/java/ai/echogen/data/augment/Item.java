package ai.echogen.data.augment;

import ai.echogen.data.CounterRandom;
import ai.echogen.image.Picture;

/**
 * An object as it is pasted.
 *
 * @param picture its pixels; transparent where it is not
 * @param box where its box lies in them
 */
record Item(Picture picture, Extent box) {
  private static final int FEATHER = 2; // pixels along the edge that are not opaque
  private static final double LARGEST = 0.9; // of the picture's side
  private static final Extent WHOLE = new Extent(0, 0, 1, 1);

  /** Of another size, and mirrored or turned as pictures are. */
  static Item of(Cutout cutout, Augmentation rules, CounterRandom random) {
    double scale = random.nextDouble(rules.paste().minScale(), rules.paste().maxScale());
    boolean isMirrored = random.nextDouble() < rules.flip();
    int quarters = rules.rotate().quarters(random);
    double degrees = rules.rotate().degrees(random);
    double longer = Math.max(cutout.donor().naturalWidth(), cutout.donor().naturalHeight());
    scale = Math.min(scale, LARGEST * rules.size() / longer);
    var picture =
        cutout
            .picture()
            .scaled(
                pixels(cutout.donor().naturalWidth() * scale),
                pixels(cutout.donor().naturalHeight() * scale));
    picture = feathered(isMirrored ? picture.mirrored() : picture);
    for (int i = 0; i < quarters && !PlaceWords.haveDirection(cutout.phrase()); i++) {
      picture = QuarterTurn.turn(picture);
    }
    return degrees == 0 ? new Item(picture, WHOLE) : turned(picture, degrees);
  }

  private static int pixels(double length) {
    return Math.max(1, (int) Math.round(length));
  }

  private static Picture feathered(Picture picture) {
    var argb = picture.argb().clone();
    for (int i = 0; i < argb.length; i++) {
      int x = i % picture.width();
      int y = i / picture.width();
      int toEdge =
          Math.min(Math.min(x, picture.width() - 1 - x), Math.min(y, picture.height() - 1 - y));
      if (toEdge < FEATHER) {
        int alpha = 255 * (toEdge + 1) / (FEATHER + 1);
        argb[i] = (argb[i] & 0xFFFFFF) | alpha << 24;
      }
    }
    return new Picture(picture.width(), picture.height(), argb);
  }

  /** In a frame that its turned corners touch. */
  private static Item turned(Picture picture, double degrees) {
    var rotation = Rotation.ofDegrees(degrees);
    double cos = Math.abs(rotation.cos());
    double sin = Math.abs(rotation.sin());
    int width = (int) Math.ceil(picture.width() * cos + picture.height() * sin);
    int height = (int) Math.ceil(picture.width() * sin + picture.height() * cos);
    double left = (width - picture.width()) / 2.0 / width;
    double top = (height - picture.height()) / 2.0 / height;
    var turned =
        rotation.turn(picture, width, height, (x, y) -> Fill.edge(picture, x, y) & 0xFFFFFF);
    return new Item(turned, rotation.turn(new Extent(left, top, 1 - left, 1 - top), width, height));
  }
}
