package ai.echogen.data.augment;

import ai.echogen.image.Fit;

/** Augmentations for tests: nothing is changed but what a test asks for. */
record Rules(
    int copies,
    int size,
    Fit fit,
    Crop crop,
    double flip,
    Rotate rotate,
    Paste paste,
    boolean balance) {
  static final Crop NO_CROP = new Crop(0, 0.3, 1.3, 0.6, 0, Fill.BLUR);
  static final Rotate NO_TURN = new Rotate(0, 0, 0.6, Fill.MIRROR);
  static final Paste NO_PASTE = new Paste(0, 2, 0.3, 1, 1, false, 100);

  static Rules of(int copies, int size) {
    return new Rules(copies, size, Fit.SQUASH, NO_CROP, 0, NO_TURN, NO_PASTE, false);
  }

  Rules with(Fit other) {
    return new Rules(copies, size, other, crop, flip, rotate, paste, balance);
  }

  Rules with(Crop other) {
    return new Rules(copies, size, fit, other, flip, rotate, paste, balance);
  }

  Rules with(Rotate other) {
    return new Rules(copies, size, fit, crop, flip, other, paste, balance);
  }

  Rules with(Paste other) {
    return new Rules(copies, size, fit, crop, flip, rotate, other, balance);
  }

  Rules flipped(double share) {
    return new Rules(copies, size, fit, crop, share, rotate, paste, balance);
  }

  Rules balanced() {
    return new Rules(copies, size, fit, crop, flip, rotate, paste, true);
  }

  Augmentation get() {
    return get(0);
  }

  /** With a share of the copies on backgrounds. */
  Augmentation get(double backgroundShare) {
    var same = new Recolor(0, 0, 0, 0, 0, 0, 0);
    return new Augmentation(
        "train", copies, size, fit, 7, crop, flip, rotate, same, paste, backgroundShare, balance);
  }

  /** Everything at once. */
  static Augmentation everything(int copies, int size) {
    return new Augmentation(
        "train",
        copies,
        size,
        Fit.SQUASH,
        7,
        new Crop(0.6, 0.3, 1.3, 0.6, 0.3, Fill.BLUR),
        0.5,
        new Rotate(8, 0.3, 0.6, Fill.MIRROR),
        new Recolor(0.2, 0.2, 0.2, 4, 0.15, 0.01, 0.2),
        new Paste(0.7, 3, 0.3, 0.6, 1.4, true, 100),
        0.2,
        false);
  }
}
