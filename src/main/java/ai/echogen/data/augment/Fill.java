package ai.echogen.data.augment;

import ai.echogen.image.Picture;

/** What is shown where a picture ends and its frame does not. */
public enum Fill {
  /** The picture's mean colour. */
  MEAN,
  /** The picture again, mirrored at its edges: objects there are seen twice. */
  MIRROR,
  /** What the picture looks like from afar at its edge. */
  BLUR;

  private static final int FAR = 8; // pixels a side of the picture from afar

  /** The colours outside of a picture. */
  interface Outside {
    /** 0xFFRRGGBB at a pixel, counted from the picture's first one. */
    int at(int x, int y);
  }

  Outside of(Picture picture) {
    return switch (this) {
      case MEAN -> {
        int mean = picture.scaled(1, 1).argb()[0];
        yield (x, y) -> mean;
      }
      case MIRROR ->
          (x, y) ->
              picture
                  .argb()[
                  mirrored(y, picture.height()) * picture.width() + mirrored(x, picture.width())];
      case BLUR -> {
        var far = picture.scaled(FAR, FAR);
        yield (x, y) ->
            Sampling.bilinear(
                far,
                place(x, picture.width()) * FAR,
                place(y, picture.height()) * FAR,
                (column, row) -> edge(far, column, row));
      }
    };
  }

  /** The pixel of a picture that is nearest to one outside. */
  static int edge(Picture picture, int x, int y) {
    int column = Math.min(picture.width() - 1, Math.max(0, x));
    int row = Math.min(picture.height() - 1, Math.max(0, y));
    return picture.argb()[row * picture.width() + column];
  }

  private static int mirrored(int place, int length) {
    int along = Math.floorMod(place, 2 * length);
    return along < length ? along : 2 * length - 1 - along;
  }

  /** From 0 to 1, where the middle of a pixel lies. */
  private static double place(int pixel, int length) {
    return (Math.min(length - 1, Math.max(0, pixel)) + 0.5) / length;
  }
}
