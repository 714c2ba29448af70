package ai.echogen.scoring.judges.file;

/** How a picture of any shape comes to the size that a network takes. */
enum Resize {
  /** Both sides are scaled on their own. */
  SQUASH,
  /** The whole picture in the middle, the rest padded, as Ultralytics does it. */
  LETTERBOX,
  /** The whole picture at the top left, the rest padded. */
  LETTERBOX_TOP_LEFT,
  /** The middle of the picture, whose shorter side fills the network's, as CLIP does it. */
  CROP;

  private static final int LONGEST = 1 << 24; // pixels of a scaled side

  /** Whether there is something to pad. */
  boolean pads() {
    return this == LETTERBOX || this == LETTERBOX_TOP_LEFT;
  }

  /**
   * Where a picture goes.
   *
   * @param pictureWidth in pixels, as {@code pictureHeight}
   * @param width of the network's input, as {@code height}
   */
  Placement placement(int pictureWidth, int pictureHeight, int width, int height) {
    double across = (double) width / pictureWidth;
    double down = (double) height / pictureHeight;
    return switch (this) {
      case SQUASH -> new Placement(width, height, 0, 0);
      case LETTERBOX -> {
        var corner = scaled(pictureWidth, pictureHeight, Math.min(across, down));
        yield corner.at(half(width - corner.width(), 0.1), half(height - corner.height(), 0.1));
      }
      case LETTERBOX_TOP_LEFT -> scaled(pictureWidth, pictureHeight, Math.min(across, down));
      case CROP -> {
        int side = Math.min(width, height);
        int shorter = Math.min(pictureWidth, pictureHeight);
        var whole =
            new Placement(
                whole((long) pictureWidth * side / shorter),
                whole((long) pictureHeight * side / shorter),
                0,
                0);
        yield whole.at(-half(whole.width() - width, 0), -half(whole.height() - height, 0));
      }
    };
  }

  private static int whole(long length) {
    if (length > LONGEST) {
      throw new IllegalArgumentException(
          "a picture whose sides differ so much cannot be cropped: its longer one would have "
              + length
              + " pixels");
    }
    return (int) length;
  }

  private static Placement scaled(int width, int height, double scale) {
    return new Placement(length(width * scale), length(height * scale), 0, 0);
  }

  private static int length(double length) {
    return Math.max(1, (int) Math.rint(length));
  }

  private static int half(int rest, double less) {
    return (int) Math.rint(rest / 2.0 - less);
  }
}
