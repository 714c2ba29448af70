package ai.echogen.scoring.metrics;

import ai.echogen.scoring.metrics.AveragePrecision.Area;
import ai.echogen.scoring.metrics.AveragePrecision.Found;
import ai.echogen.scoring.metrics.AveragePrecision.Truth;
import java.io.Serializable;
import java.util.List;

/**
 * What the detections of one image and category are at each IoU threshold and in each area range: a
 * hit, a miss, or neither. Detections are ranked by falling score, of equals the earlier first.
 */
final class CocoMatches implements Serializable {
  private static final long serialVersionUID = 1;
  private static final int NONE = -1;
  private static final double[] NO_OVERLAP = {};
  private static final int MISS = 16; // of an outcome's bits, the first that tells of a miss
  private static final int MISSED = ((1 << AveragePrecision.THRESHOLDS.length) - 1) << MISS;

  private final int category;
  private final double[] scores;
  private final int[][] outcomes; // by area and rank: bit t a hit at threshold t, bit 16 + t a miss
  private final int[] numTruths; // that count, by area

  private CocoMatches(int category, double[] scores) {
    this.category = category;
    this.scores = scores;
    this.outcomes = new int[Area.values().length][scores.length];
    this.numTruths = new int[Area.values().length];
  }

  static CocoMatches of(int category, List<Truth> truths, List<Found> found, int limit) {
    var given = new double[found.size()];
    for (int d = 0; d < given.length; d++) {
      given[d] = found.get(d).score();
    }
    var order = Ranking.byFallingValue(given);
    var best = new Found[Math.min(limit, given.length)];
    var scores = new double[best.length];
    var overlaps = new double[best.length][];
    for (int d = 0; d < best.length; d++) {
      best[d] = found.get(order[d]);
      scores[d] = best[d].score();
      overlaps[d] = overlaps(best[d], truths);
    }
    var matches = new CocoMatches(category, scores);
    for (var area : Area.values()) {
      matches.match(area, truths, best, overlaps);
    }
    return matches;
  }

  int category() {
    return category;
  }

  int numDetections() {
    return scores.length;
  }

  double score(int rank) {
    return scores[rank];
  }

  /** True objects that count. */
  int numTruths(Area area) {
    return numTruths[area.ordinal()];
  }

  /** For {@link #hits} and {@link #misses}. */
  int outcome(Area area, int rank) {
    return outcomes[area.ordinal()][rank];
  }

  /** One bit for each threshold at which the detection is a hit. */
  static int hits(int outcome) {
    return outcome & ((1 << MISS) - 1);
  }

  /** One bit for each threshold at which it is a miss. */
  static int misses(int outcome) {
    return outcome >>> MISS;
  }

  private void match(Area area, List<Truth> truths, Found[] best, double[][] overlaps) {
    // Those that do not count come last: a detection takes them only when nothing else fits.
    var order = new int[truths.size()];
    int at = 0;
    for (int g = 0; g < order.length; g++) {
      if (!skips(truths.get(g), area)) {
        order[at++] = g;
      }
    }
    int counting = at;
    numTruths[area.ordinal()] = counting;
    for (int g = 0; g < order.length; g++) {
      if (skips(truths.get(g), area)) {
        order[at++] = g;
      }
    }
    var taken = new int[order.length]; // bit t: at threshold t
    for (int d = 0; d < best.length; d++) {
      int[] outcome = outcomes[area.ordinal()];
      boolean outside = area.leavesOut(best[d].width() * best[d].height());
      if (overlaps[d].length == 0) {
        outcome[d] = outside ? 0 : MISSED;
        continue;
      }
      for (int t = 0; t < AveragePrecision.THRESHOLDS.length; t++) {
        int g = bestFor(overlaps[d], t, truths, order, counting, taken);
        if (g != NONE) {
          taken[g] |= 1 << t;
          outcome[d] |= g < counting ? 1 << t : 0;
        } else if (!outside) {
          outcome[d] |= 1 << (MISS + t);
        }
      }
    }
  }

  /** Place in {@code order} of the true object that a detection hits, or {@link #NONE}. */
  private static int bestFor(
      double[] overlaps, int t, List<Truth> truths, int[] order, int counting, int[] taken) {
    double bestIou = Math.min(AveragePrecision.THRESHOLDS[t], 1 - 1e-10);
    int best = NONE;
    for (int g = 0; g < overlaps.length; g++) {
      if (best != NONE && best < counting && g >= counting) {
        break;
      }
      double iou = overlaps[order[g]];
      if (iou < bestIou || ((taken[g] >> t & 1) != 0 && !truths.get(order[g]).crowd())) {
        continue;
      }
      bestIou = iou; // so that of equals the later one wins
      best = g;
    }
    return best;
  }

  private static boolean skips(Truth truth, Area area) {
    return truth.crowd() || area.leavesOut(truth.area());
  }

  /** IoU with each true object; nothing if none reaches the lowest threshold. */
  private static double[] overlaps(Found detection, List<Truth> truths) {
    if (truths.isEmpty()) {
      return NO_OVERLAP;
    }
    var overlaps = new double[truths.size()];
    boolean some = false;
    for (int g = 0; g < overlaps.length; g++) {
      overlaps[g] = iou(detection, truths.get(g));
      some |= overlaps[g] >= AveragePrecision.THRESHOLDS[0];
    }
    return some ? overlaps : NO_OVERLAP;
  }

  /** IoU; for a crowd, the share of the detection that lies in it. */
  private static double iou(Found detection, Truth truth) {
    double across =
        Math.min(detection.width() + detection.x(), truth.width() + truth.x())
            - Math.max(detection.x(), truth.x());
    double down =
        Math.min(detection.height() + detection.y(), truth.height() + truth.y())
            - Math.max(detection.y(), truth.y());
    if (across <= 0 || down <= 0) {
      return 0;
    }
    double both = across * down;
    double area = detection.width() * detection.height();
    return both / (truth.crowd() ? area : area + truth.width() * truth.height() - both);
  }
}
