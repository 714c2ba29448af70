package ai.echogen.scoring.metrics;

import ai.echogen.scoring.metrics.AveragePrecision.Area;
import ai.echogen.scoring.metrics.AveragePrecision.Found;
import ai.echogen.scoring.metrics.AveragePrecision.Truth;
import java.util.Comparator;
import java.util.List;

/**
 * Which detections of one image and category hit a true object, at each IoU threshold; detections
 * are numbered by falling score.
 */
final class CocoMatches {
  private static final int NONE = -1;

  private final List<Found> found;
  private final int numTruths;
  private final boolean[][] matched;
  private final boolean[][] ignored;

  private CocoMatches(List<Found> found, int numTruths) {
    this.found = found;
    this.numTruths = numTruths;
    this.matched = new boolean[AveragePrecision.THRESHOLDS.length][found.size()];
    this.ignored = new boolean[AveragePrecision.THRESHOLDS.length][found.size()];
  }

  static CocoMatches of(List<Truth> truths, List<Found> found, Area area, int limit) {
    var best =
        found.stream()
            .sorted(Comparator.comparingDouble(Found::score).reversed())
            .limit(limit)
            .toList();
    // Those that do not count come last: a detection takes them only when nothing else fits.
    var ordered = truths.stream().sorted(Comparator.comparing(t -> skips(t, area))).toList();
    var counting = (int) ordered.stream().filter(t -> !skips(t, area)).count();
    var matches = new CocoMatches(best, counting);
    for (var t = 0; t < AveragePrecision.THRESHOLDS.length; t++) {
      matches.match(t, ordered, area);
    }
    return matches;
  }

  /** True objects that count. */
  int numTruths() {
    return numTruths;
  }

  int numDetections() {
    return found.size();
  }

  double score(int detection) {
    return found.get(detection).score();
  }

  boolean isMatched(int threshold, int detection) {
    return matched[threshold][detection];
  }

  /** Counts neither as a hit nor as a miss. */
  boolean isIgnored(int threshold, int detection) {
    return ignored[threshold][detection];
  }

  private void match(int threshold, List<Truth> truths, Area area) {
    var taken = new boolean[truths.size()];
    for (var d = 0; d < found.size(); d++) {
      var detection = found.get(d);
      var best = bestFor(detection, truths, taken, AveragePrecision.THRESHOLDS[threshold]);
      if (best == NONE) {
        ignored[threshold][d] = area.leavesOut(detection.width() * detection.height());
      } else {
        taken[best] = true;
        matched[threshold][d] = true;
        ignored[threshold][d] = best >= numTruths;
      }
    }
  }

  private int bestFor(Found detection, List<Truth> truths, boolean[] taken, double threshold) {
    var bestIou = Math.min(threshold, 1 - 1e-10);
    var best = NONE;
    for (var g = 0; g < truths.size(); g++) {
      if (taken[g] && !truths.get(g).crowd()) {
        continue;
      }
      if (best != NONE && best < numTruths && g >= numTruths) {
        break;
      }
      var iou = iou(detection, truths.get(g));
      if (iou >= bestIou) { // so that of equals the later one wins
        bestIou = iou;
        best = g;
      }
    }
    return best;
  }

  private static boolean skips(Truth truth, Area area) {
    return truth.crowd() || area.leavesOut(truth.area());
  }

  /** IoU; for a crowd, the share of the detection that lies in it. */
  private static double iou(Found detection, Truth truth) {
    var across =
        Math.min(detection.width() + detection.x(), truth.width() + truth.x())
            - Math.max(detection.x(), truth.x());
    var down =
        Math.min(detection.height() + detection.y(), truth.height() + truth.y())
            - Math.max(detection.y(), truth.y());
    if (across <= 0 || down <= 0) {
      return 0;
    }
    var both = across * down;
    var area = detection.width() * detection.height();
    return both / (truth.crowd() ? area : area + truth.width() * truth.height() - both);
  }
}
