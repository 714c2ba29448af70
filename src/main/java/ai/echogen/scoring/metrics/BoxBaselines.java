package ai.echogen.scoring.metrics;

import ai.echogen.layout.Box;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * What can be answered without looking at an image: the same box for all, the mean of the training
 * boxes, or the mean of those with the same phrase. A grounding score says little without them.
 *
 * <p>Coordinates are summed as whole multiples of 2⁻³², so parts may be merged in any order to the
 * same bits; up to two thousand million boxes.
 */
public final class BoxBaselines implements Serializable {
  private static final long serialVersionUID = 1;
  private static final double ONE = 0x1.0p32;
  private static final PixelBox MIDDLE = new PixelBox(0.25, 0.25, 0.75, 0.75);

  private static final class Sum implements Serializable {
    private static final long serialVersionUID = 1;

    private long count;
    private final long[] corners = new long[4];

    private void add(Box box) {
      count++;
      corners[0] += Math.round(box.x0() * ONE);
      corners[1] += Math.round(box.y0() * ONE);
      corners[2] += Math.round(box.x1() * ONE);
      corners[3] += Math.round(box.y1() * ONE);
    }

    private void add(Sum other) {
      count += other.count;
      for (int i = 0; i < corners.length; i++) {
        corners[i] += other.corners[i];
      }
    }

    private PixelBox mean(double width, double height) {
      double scale = 1 / (ONE * count);
      return new PixelBox(
          corners[0] * scale * width,
          corners[1] * scale * height,
          corners[2] * scale * width,
          corners[3] * scale * height);
    }
  }

  private final Sum all = new Sum();
  private final Map<String, Sum> byPhrase = new HashMap<>();

  /**
   * @param phrases that will be asked for; no others are kept
   */
  public BoxBaselines(Set<String> phrases) {
    phrases.forEach(phrase -> byPhrase.put(PhraseAssignment.normal(phrase), new Sum()));
  }

  /** Adds a box of the training images. */
  public void add(String phrase, Box box) {
    all.add(box);
    var same = byPhrase.get(PhraseAssignment.normal(phrase));
    if (same != null) {
      same.add(box);
    }
  }

  /** Takes over what another one saw, of other boxes. */
  public void merge(BoxBaselines other) {
    all.add(other.all);
    other.byPhrase.forEach(
        (phrase, sum) -> byPhrase.computeIfAbsent(phrase, p -> new Sum()).add(sum));
  }

  /** The middle half of an image, in each direction. */
  public static PixelBox constant(double width, double height) {
    return new PixelBox(
        MIDDLE.x0() * width, MIDDLE.y0() * height, MIDDLE.x1() * width, MIDDLE.y1() * height);
  }

  /**
   * The mean of all boxes, in an image of this size.
   *
   * @throws IllegalStateException if there was none
   */
  public PixelBox mean(double width, double height) {
    if (all.count == 0) {
      throw new IllegalStateException("the mean of no boxes");
    }
    return all.mean(width, height);
  }

  /** The mean of the phrase's boxes; of all, where there was none. */
  public PixelBox mean(String phrase, double width, double height) {
    var same = byPhrase.get(PhraseAssignment.normal(phrase));
    return same == null || same.count == 0 ? mean(width, height) : same.mean(width, height);
  }
}
