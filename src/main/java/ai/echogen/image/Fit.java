package ai.echogen.image;

import ai.echogen.image.AreaScaling.Axis;
import ai.echogen.layout.Box;
import java.awt.image.BufferedImage;
import java.util.Optional;

/** How an image of any shape becomes a square. */
public enum Fit {
  /** Scale both sides on their own; relative boxes stay as they are. */
  SQUASH,
  /** Scale the shorter side and cut the longer one at both ends; boxes are shifted and clipped. */
  CROP;

  /** The square image, opaque: what is transparent becomes white. */
  public BufferedImage image(BufferedImage image, int size) {
    return picture(image, size).opaque();
  }

  Picture picture(BufferedImage image, int size) {
    var width = image.getWidth();
    var height = image.getHeight();
    var shorter = Math.min(width, height);
    return new AreaScaling(
            Axis.middle(width, this == CROP ? shorter : width, size),
            Axis.middle(height, this == CROP ? shorter : height, size))
        .add(image)
        .onWhite();
  }

  /** Where a box of a {@code width × height} image lies in the square; empty if it is cut off. */
  public Optional<Box> box(Box box, int width, int height) {
    if (this == SQUASH) {
      return Optional.of(box);
    }
    var shorter = (double) Math.min(width, height);
    var x = width / shorter;
    var y = height / shorter;
    var x0 = clip((box.x0() - 0.5) * x + 0.5);
    var y0 = clip((box.y0() - 0.5) * y + 0.5);
    var x1 = clip((box.x1() - 0.5) * x + 0.5);
    var y1 = clip((box.y1() - 0.5) * y + 0.5);
    return x0 < x1 && y0 < y1 ? Optional.of(new Box(x0, y0, x1, y1)) : Optional.empty();
  }

  private static float clip(double value) {
    return (float) Math.min(1, Math.max(0, value));
  }
}
