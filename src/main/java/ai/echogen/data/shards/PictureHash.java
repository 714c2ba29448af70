package ai.echogen.data.shards;

import ai.echogen.image.ImageFile;
import ai.echogen.image.Pixels;
import java.io.IOException;

/**
 * How a picture looks, in 64 bits: whether each of 8 × 8 places is brighter than the one to its
 * left (the difference hash of N. Krawetz, "Kind of Like That", 2013). Copies that were scaled or
 * compressed again differ in a few bits; of pictures with little in them, others may too.
 */
final class PictureHash {
  private static final int SIDE = 9;
  private static final int ROWS = 8;

  private PictureHash() {}

  /**
   * The bits, row by row from the top.
   *
   * @throws IOException if the bytes hold no picture
   */
  static long of(byte[] file) throws IOException {
    byte[] rgb = Pixels.square(ImageFile.decode(file), SIDE);
    long bits = 0;
    for (int y = 0; y < ROWS; y++) {
      for (int x = 1; x < SIDE; x++) {
        bits = bits << 1 | (luma(rgb, y * SIDE + x) > luma(rgb, y * SIDE + x - 1) ? 1 : 0);
      }
    }
    return bits;
  }

  /** A thousand times the brightness of Rec. 601. */
  private static int luma(byte[] rgb, int pixel) {
    int at = 3 * pixel;
    return 299 * (rgb[at] & 0xFF) + 587 * (rgb[at + 1] & 0xFF) + 114 * (rgb[at + 2] & 0xFF);
  }
}
