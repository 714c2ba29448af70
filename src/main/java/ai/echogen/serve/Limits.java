package ai.echogen.serve;

import ai.echogen.config.Check;
import ai.echogen.layout.Layout;
import java.util.Locale;

/**
 * How much may be asked for.
 *
 * @param maxUpload bytes of an image's file
 * @param queue requests that may wait
 * @param workers requests that are computed at once
 * @param bestOf drawings of a layout in one request
 */
public record Limits(int maxUpload, int queue, int workers, int bestOf) {
  /** Bytes of a request in JSON. */
  static final int JSON = 256 << 10;

  /** Letters of a phrase. */
  static final int PHRASE = 200;

  /** Letters of a caption. */
  static final int CAPTION = 2000;

  /** Letters of an id. */
  static final int ID = 200;

  /** Regions of a layout. */
  static final int REGIONS = Layout.MAX_REGIONS;

  /** The largest whole number that JavaScript tells from its neighbours. */
  static final long SEED = (1L << 53) - 1;

  /** Texts whose words are looked up at once. */
  static final int TEXTS = 64;

  private static final int MOST_UPLOAD = 200_000_000;
  private static final int MOST_QUEUE = 1000;
  private static final int MOST_WORKERS = 256;
  private static final int MOST_DRAWINGS = 64;

  public Limits {
    check(new Check(), maxUpload, queue, workers, bestOf).orThrow();
  }

  /** Adds to a check what must hold of such limits. */
  public static Check check(Check check, int maxUpload, int queue, int workers, int bestOf) {
    return check
        .that("maxUpload", isIn(maxUpload, 1, MOST_UPLOAD), must(1, MOST_UPLOAD, maxUpload))
        .that("queue", isIn(queue, 0, MOST_QUEUE), must(0, MOST_QUEUE, queue))
        .that("workers", isIn(workers, 1, MOST_WORKERS), must(1, MOST_WORKERS, workers))
        .that("bestOf", isIn(bestOf, 1, MOST_DRAWINGS), must(1, MOST_DRAWINGS, bestOf));
  }

  private static boolean isIn(int value, int least, int most) {
    return value >= least && value <= most;
  }

  private static String must(int least, int most, int value) {
    return String.format(Locale.ROOT, "must be %d to %d, got %d", least, most, value);
  }
}
