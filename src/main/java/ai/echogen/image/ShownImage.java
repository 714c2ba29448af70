package ai.echogen.image;

import java.awt.image.BufferedImage;

/**
 * The picture in a file as it is shown.
 *
 * @param pixels upright, in sRGB; fewer than the file has where it has very many
 * @param width of the picture in the file, once it is upright
 * @param height of the same
 * @param orientation how the stored picture was turned
 */
public record ShownImage(BufferedImage pixels, int width, int height, Orientation orientation) {
  /** Width of the picture as it is stored. */
  public int storedWidth() {
    return orientation.transposes() ? height : width;
  }

  /** Height of the picture as it is stored. */
  public int storedHeight() {
    return orientation.transposes() ? width : height;
  }
}
