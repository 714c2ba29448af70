package ai.echogen.image;

import ai.echogen.layout.Box;
import java.awt.Color;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.util.Optional;

/** How an image of any shape becomes a square. */
public enum Fit {
  /** Scale both sides on their own; relative boxes stay as they are. */
  SQUASH,
  /** Scale the shorter side and cut the longer one at both ends; boxes are shifted and clipped. */
  CROP;

  /** The square image, opaque; transparent parts become white. */
  public BufferedImage image(BufferedImage image, int size) {
    var current = image;
    // Halve while that is possible: bilinear alone would skip pixels.
    while (side(current) >= 2 * size) {
      current =
          draw(
              current,
              AffineTransform.getScaleInstance(0.5, 0.5),
              (current.getWidth() + 1) / 2,
              (current.getHeight() + 1) / 2);
    }
    double width = current.getWidth();
    double height = current.getHeight();
    var scale = size / Math.min(width, height);
    var transform = new AffineTransform();
    if (this == CROP) {
      transform.translate((size - width * scale) / 2, (size - height * scale) / 2);
      transform.scale(scale, scale);
    } else {
      transform.scale(size / width, size / height);
    }
    return draw(current, transform, size, size);
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

  private int side(BufferedImage image) {
    return Math.min(image.getWidth(), image.getHeight());
  }

  private static float clip(double value) {
    return (float) Math.min(1, Math.max(0, value));
  }

  private static BufferedImage draw(
      BufferedImage image, AffineTransform transform, int width, int height) {
    var result = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    var graphics = result.createGraphics();
    try {
      graphics.setColor(Color.WHITE);
      graphics.fillRect(0, 0, width, height);
      graphics.setRenderingHint(
          RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
      graphics.drawImage(image, transform, null);
    } finally {
      graphics.dispose();
    }
    return result;
  }
}
