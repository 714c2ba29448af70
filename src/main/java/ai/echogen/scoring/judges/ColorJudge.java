package ai.echogen.scoring.judges;

import ai.echogen.image.Picture;
import ai.echogen.layout.Box;
import java.awt.image.BufferedImage;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Whether what lies in a box has a colour, by COCO-MIG's table of hues and its rule: at least a
 * fifth of the object's pixels.
 *
 * <p>Where the benchmark takes the object's pixels from a segmentation of the box by SAM, here all
 * pixels of the box are taken, so that background counts as well: shares are lower, and compare
 * with those of this judge alone.
 */
public final class ColorJudge implements Judge {
  private static final double LEAST_SHARE = 0.2;

  /** Whether enough of a box has the colour. */
  public boolean isShown(BufferedImage image, Box box, HsvColor color) {
    return share(image, box, color) >= LEAST_SHARE;
  }

  /**
   * The share of a box's pixels that have the colour, in [0, 1]. A box has the pixels whose middle
   * it covers, and at least one.
   */
  public double share(BufferedImage image, Box box, HsvColor color) {
    var picture = Picture.of(image);
    int left = Math.min(picture.width() - 1, from(box.x0(), picture.width()));
    int top = Math.min(picture.height() - 1, from(box.y0(), picture.height()));
    int right = Math.max(left + 1, from(box.x1(), picture.width()));
    int bottom = Math.max(top + 1, from(box.y1(), picture.height()));
    int shown = 0;
    for (int y = top; y < bottom; y++) {
      for (int x = left; x < right; x++) {
        shown += color.has(picture.argb()[y * picture.width() + x]) ? 1 : 0;
      }
    }
    return shown / ((double) (right - left) * (bottom - top));
  }

  /** The first pixel whose middle is not before an edge. */
  private static int from(double edge, int side) {
    return (int) Math.ceil(edge * side - 0.5);
  }

  @Override
  public SortedMap<String, String> describe() {
    var settings = new TreeMap<String, String>();
    settings.put("judge", "color");
    settings.put("least_share", Double.toString(LEAST_SHARE));
    settings.put("pixels", "of the box");
    settings.put("table", "HSV of COCO-MIG");
    return Collections.unmodifiableSortedMap(settings);
  }
}
