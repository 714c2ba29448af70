package ai.echogen.scoring.metrics;

import ai.echogen.scoring.metrics.AveragePrecision.Area;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The detections of one category in all images, by falling score; of equals, those of the earlier
 * image first, then by their rank in it.
 */
final class CocoRanking {
  private static final int NUM_THRESHOLDS = AveragePrecision.THRESHOLDS.length;
  private static final double EPSILON = 0x1.0p-52;

  /**
   * What comes of one area range.
   *
   * @param precision mean over the recall points, by threshold
   * @param recall the largest, by limit of detections and threshold
   */
  record Curve(int category, Area area, double[] precision, double[][] recall) {}

  private final int category;
  private final List<CocoMatches> matches;
  private final int[] images; // the number of each of the matches' images, from 0
  private final int[] of; // by rank: which of the matches
  private final int[] places; // by rank: the rank in the image
  private final int[][] outcomes; // by area and rank

  /**
   * @param matches of this category, by rising image
   * @param images the number of each image, from 0
   */
  CocoRanking(int category, List<CocoMatches> matches, int[] images) {
    this.category = category;
    this.matches = matches;
    this.images = images;
    int count = matches.stream().mapToInt(CocoMatches::numDetections).sum();
    var scores = new double[count];
    var cells = new int[count];
    var within = new int[count];
    int at = 0;
    for (int i = 0; i < matches.size(); i++) {
      for (int d = 0; d < matches.get(i).numDetections(); d++) {
        scores[at] = matches.get(i).score(d);
        cells[at] = i;
        within[at++] = d;
      }
    }
    var order = Ranking.byFallingValue(scores);
    of = Arrays.stream(order).map(i -> cells[i]).toArray();
    places = Arrays.stream(order).map(i -> within[i]).toArray();
    outcomes = new int[Area.values().length][count];
    for (var area : Area.values()) {
      for (int r = 0; r < count; r++) {
        outcomes[area.ordinal()][r] = matches.get(of[r]).outcome(area, places[r]);
      }
    }
  }

  /**
   * Precision and recall; null where no true object counts.
   *
   * @param counts how often each image counts, by its number; null: once
   */
  @Nullable Curve curve(Area area, int @Nullable [] counts) {
    long numTruths = 0;
    int numDifferent = 0;
    for (int i = 0; i < images.length; i++) {
      numDifferent += matches.get(i).numTruths(area);
      numTruths += weight(counts, i) * (long) matches.get(i).numTruths(area);
    }
    if (numTruths == 0) {
      return null;
    }
    var tally = new Tally(numTruths, numDifferent);
    for (int r = 0; r < of.length; r++) {
      int outcome = outcomes[area.ordinal()][r];
      int weight = weight(counts, of[r]);
      if (outcome != 0 && weight != 0) {
        tally.add(outcome, weight, places[r]);
      }
    }
    return new Curve(category, area, tally.precision(), tally.recall());
  }

  private int weight(int @Nullable [] counts, int match) {
    return counts == null ? 1 : counts[images[match]];
  }

  /** Hits and misses so far, going down the ranking. */
  private static final class Tally {
    private final long numTruths;
    private final long[] hits = new long[NUM_THRESHOLDS];
    private final long[] misses = new long[NUM_THRESHOLDS];
    private final long[][] hitsWithin;
    // Recall rises at hits alone, and the best precision from there on is that of a hit.
    private final int[] numHits = new int[NUM_THRESHOLDS];
    private final double[][] recalls;
    private final double[][] precisions;

    Tally(long numTruths, int numDifferent) {
      this.numTruths = numTruths;
      hitsWithin = new long[AveragePrecision.MAX_DETECTIONS.length][NUM_THRESHOLDS];
      recalls = new double[NUM_THRESHOLDS][numDifferent];
      precisions = new double[NUM_THRESHOLDS][numDifferent];
    }

    void add(int outcome, int weight, int place) {
      int hit = CocoMatches.hits(outcome);
      int miss = CocoMatches.misses(outcome);
      for (int t = 0; t < NUM_THRESHOLDS; t++) {
        misses[t] += (miss >> t & 1) * (long) weight;
        if ((hit >> t & 1) != 0) {
          hits[t] += weight;
          recalls[t][numHits[t]] = hits[t] / (double) numTruths;
          precisions[t][numHits[t]++] = hits[t] / (misses[t] + hits[t] + EPSILON);
          for (int limit = 0; limit < hitsWithin.length; limit++) {
            hitsWithin[limit][t] += place < AveragePrecision.MAX_DETECTIONS[limit] ? weight : 0;
          }
        }
      }
    }

    /** Mean over the recall points of the best precision there or above, 0 if not reached. */
    double[] precision() {
      var means = new double[NUM_THRESHOLDS];
      for (int t = 0; t < means.length; t++) {
        var best = precisions[t];
        for (int i = numHits[t] - 1; i > 0; i--) {
          best[i - 1] = Math.max(best[i - 1], best[i]);
        }
        int at = 0;
        for (double point : AveragePrecision.RECALLS) {
          while (at < numHits[t] && recalls[t][at] < point) {
            at++;
          }
          means[t] += at < numHits[t] ? best[at] : 0;
        }
        means[t] /= AveragePrecision.RECALLS.length;
      }
      return means;
    }

    double[][] recall() {
      var shares = new double[hitsWithin.length][NUM_THRESHOLDS];
      for (int limit = 0; limit < shares.length; limit++) {
        for (int t = 0; t < NUM_THRESHOLDS; t++) {
          shares[limit][t] = hitsWithin[limit][t] / (double) numTruths;
        }
      }
      return shares;
    }
  }
}
