package ai.echogen.scoring.judges.file;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** What a detector's network proposes, in pixels of its input; the {@link #MOST} best are kept. */
final class Candidates {
  /** As many as Ultralytics lets into the suppression. */
  static final int MOST = 30_000;

  /**
   * A box that may be an object.
   *
   * @param number place among all that were proposed, which decides between equal scores
   * @param category number of the class
   */
  record Candidate(
      long number, int category, double score, double x0, double y0, double x1, double y1) {
    /** Intersection over union; 0 where either has no area. */
    double iou(Candidate other) {
      double width = Math.min(x1, other.x1) - Math.max(x0, other.x0);
      double height = Math.min(y1, other.y1) - Math.max(y0, other.y0);
      if (width <= 0 || height <= 0) {
        return 0;
      }
      double both = width * height;
      return both / (area() + other.area() - both);
    }

    private double area() {
      return (x1 - x0) * (y1 - y0);
    }
  }

  private static final Comparator<Candidate> BEST_FIRST =
      Comparator.comparingDouble(Candidate::score).reversed().thenComparingLong(Candidate::number);

  private final double threshold;
  private final PriorityQueue<Candidate> kept = new PriorityQueue<>(BEST_FIRST.reversed());
  private long numProposed;

  /**
   * @param threshold only scores above it count
   */
  Candidates(double threshold) {
    this.threshold = threshold;
  }

  /** Proposes a box by its corners. */
  void add(int category, double score, double x0, double y0, double x1, double y1) {
    long number = numProposed++;
    if (score <= threshold) {
      return;
    }
    var worst = kept.size() < MOST ? null : kept.peek();
    if (worst != null) {
      if (score <= worst.score()) {
        return;
      }
      kept.remove();
    }
    kept.add(new Candidate(number, category, Math.min(1, score), x0, y0, x1, y1));
  }

  /** Whether a score counts, so that what is costly may be left out. */
  boolean takes(double score) {
    return score > threshold;
  }

  /**
   * Those that stay, the best first: one whose box overlaps a better one of its class by more than
   * {@code nms} (IoU) goes.
   *
   * @param nms 1 lets all stay
   * @param most of all classes together
   */
  List<Candidate> best(double nms, int most) {
    var sorted = new ArrayList<>(kept);
    sorted.sort(BEST_FIRST);
    var best = new ArrayList<Candidate>();
    for (var candidate : sorted) {
      if (best.size() == most) {
        break;
      }
      if (nms >= 1 || !isSeen(candidate, best, nms)) {
        best.add(candidate);
      }
    }
    return best;
  }

  private static boolean isSeen(Candidate candidate, List<Candidate> best, double nms) {
    for (var better : best) {
      if (better.category() == candidate.category() && better.iou(candidate) > nms) {
        return true;
      }
    }
    return false;
  }
}
