package ai.echogen.data.augment;

import ai.echogen.config.Check;
import ai.echogen.data.CounterRandom;
import ai.echogen.data.ingest.HashSplit;
import ai.echogen.image.Fit;
import java.io.Serializable;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What is made of the pictures of a split.
 *
 * @param split whose pictures get changed copies
 * @param copies of each of them
 * @param size side of all pictures, pixels
 * @param fit how pictures become squares
 * @param flip share of the copies that are mirrored
 * @param backgroundShare share of the copies that are objects on a background instead, where there
 *     are backgrounds
 * @param balance whether objects are pasted evenly by phrase, or as often as they are there
 */
public record Augmentation(
    String split,
    int copies,
    int size,
    Fit fit,
    long seed,
    Crop crop,
    double flip,
    Rotate rotate,
    Recolor color,
    Paste paste,
    double backgroundShare,
    boolean balance)
    implements Serializable {
  private static final Pattern COPY = Pattern.compile(".+~\\d{4}", Pattern.DOTALL);
  private static final int LEAST_SIZE = 8;
  private static final int MOST_SIZE = 1024;
  private static final int MOST_COPIES = 9999; // four digits sort as numbers do
  private static final double SPARE = 1.5;
  private static final double MOST_WORKED = 4e6; // pixels

  public Augmentation {
    new Check()
        .that("split", split.matches("\\w+"), "must be letters, digits and _, got " + split)
        .that("copies", copies >= 1 && copies <= MOST_COPIES, "must be 1 to 9999, got " + copies)
        .that("size", size >= LEAST_SIZE && size <= MOST_SIZE, "must be 8 to 1024, got " + size)
        .that("flip", flip >= 0 && flip <= 1, "must be in [0, 1], got " + flip)
        .that(
            "backgroundShare",
            backgroundShare >= 0 && backgroundShare <= 1,
            "must be in [0, 1], got " + backgroundShare)
        .orThrow();
  }

  /** The id of a copy: behind that of its sample, by number. */
  static String id(String sample, int copy) {
    return String.format(Locale.ROOT, "%s~%04d", sample, copy);
  }

  static boolean isCopy(String id) {
    return COPY.matcher(id).matches();
  }

  /** The random numbers of a copy, whatever else is made. */
  CounterRandom random(String sample, int copy) {
    return CounterRandom.of(seed, hash(sample), copy);
  }

  /** A number that is a function of a text alone. */
  static long hash(String text) {
    return Double.doubleToLongBits(HashSplit.uniform(text));
  }

  /**
   * The length of the longer side to which a picture is scaled down before it is changed many
   * times: what is cut out of it still has more pixels than are wanted, but for very small parts of
   * very large pictures.
   */
  int workedSide(int width, int height) {
    double shorter = Math.min(width, height);
    double longer = Math.max(width, height);
    double wanted = SPARE * size * Math.sqrt(crop.maxAspect() / crop.minArea());
    double enough = Math.sqrt(MOST_WORKED * shorter / longer);
    double side = Math.min(wanted, enough) * longer / shorter;
    return (int) Math.min(longer, Math.ceil(side));
  }
}
