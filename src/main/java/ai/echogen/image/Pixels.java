package ai.echogen.image;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/** Pictures as the RGB bytes that the VQ tokenizer takes: row by row, three bytes a pixel. */
public final class Pixels {
  private Pixels() {}

  /** The (side × side × 3) bytes of an image of any shape; see {@link Fit#SQUASH}. */
  public static byte[] square(BufferedImage image, int side) {
    var argb = Fit.SQUASH.picture(image, side).argb();
    var bytes = new byte[argb.length * 3];
    for (int i = 0; i < argb.length; i++) {
      bytes[3 * i] = (byte) (argb[i] >> 16);
      bytes[3 * i + 1] = (byte) (argb[i] >> 8);
      bytes[3 * i + 2] = (byte) argb[i];
    }
    return bytes;
  }

  /** Square pictures from their bytes, one after the other. */
  public static List<BufferedImage> images(byte[] bytes, int side) {
    var images = new ArrayList<BufferedImage>();
    int size = side * side * 3;
    for (int from = 0; from < bytes.length; from += size) {
      var image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
      for (int i = 0; i < side * side; i++) {
        int at = from + 3 * i;
        image.setRGB(
            i % side,
            i / side,
            (bytes[at] & 0xFF) << 16 | (bytes[at + 1] & 0xFF) << 8 | (bytes[at + 2] & 0xFF));
      }
      images.add(image);
    }
    return images;
  }
}
