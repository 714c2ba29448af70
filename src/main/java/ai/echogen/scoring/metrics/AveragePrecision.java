package ai.echogen.scoring.metrics;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * COCO detection metrics as pycocotools' {@code COCOeval} computes them: 10 IoU thresholds, 101
 * recall points, four area ranges, 1, 10 and 100 detections an image. -1 means nothing to measure.
 *
 * <p>Images count in rising order of their numbers, categories likewise; within an image and a
 * category the given order breaks ties of scores.
 */
public final class AveragePrecision {
  /** IoU thresholds 0.50, 0.55, … 0.95, in numpy's rounding. */
  static final double[] THRESHOLDS = steps(0.5, 0.95, 10);

  private static final double[] RECALLS = steps(0, 1, 101);
  private static final int[] MAX_DETECTIONS = {1, 10, 100};
  private static final int MOST = MAX_DETECTIONS.length - 1;
  private static final double EPSILON = 0x1.0p-52;

  /** Whether categories are measured one by one and averaged, or thrown together. */
  public enum Classes {
    SEPARATE,
    TOGETHER
  }

  /** The sizes of objects that count, in squared pixels, both ends included. */
  enum Area {
    ALL(0, 1e10),
    SMALL(0, 32 * 32),
    MEDIUM(32 * 32, 96 * 96),
    LARGE(96 * 96, 1e10);

    private final double smallest;
    private final double largest;

    Area(double smallest, double largest) {
      this.smallest = smallest;
      this.largest = largest;
    }

    boolean leavesOut(double area) {
      return area < smallest || area > largest;
    }
  }

  /**
   * A true object.
   *
   * @param area what decides its size range; may be smaller than the box
   * @param crowd a group that may absorb any number of detections and counts neither way
   */
  public record Truth(
      long image,
      int category,
      double x,
      double y,
      double width,
      double height,
      double area,
      boolean crowd) {}

  /** A detected object. */
  public record Found(
      long image, int category, double x, double y, double width, double height, double score) {}

  /** What one category, area range and limit of detections gives at each threshold. */
  private record Curve(int category, Area area, int limit, double[][] precision, double[] recall) {}

  private final List<Curve> curves = new ArrayList<>();

  private AveragePrecision() {}

  /**
   * Measures detections.
   *
   * @param categories all that are measured; truths and detections of others are left out
   */
  public static AveragePrecision of(
      Collection<Integer> categories, List<Truth> truths, List<Found> found, Classes classes) {
    var result = new AveragePrecision();
    var sorted = new TreeSet<>(categories);
    if (classes == Classes.SEPARATE) {
      sorted.forEach(c -> result.measure(c, new TreeSet<>(List.of(c)), truths, found));
    } else {
      result.measure(-1, sorted, truths, found);
    }
    return result;
  }

  /** Mean over thresholds, categories and recalls: COCO's AP. */
  public double ap() {
    return meanPrecision(on(Area.ALL), 0, THRESHOLDS.length);
  }

  /** AP at IoU 0.50 + 0.05 · {@code step}. */
  public double apAt(int step) {
    return meanPrecision(on(Area.ALL), step, step + 1);
  }

  /** Largest recall at IoU 0.50 + 0.05 · {@code step} with 100 detections an image. */
  public double recallAt(int step) {
    return meanRecall(on(Area.ALL), MOST, step, step + 1);
  }

  /** COCO's AP of each category that was measured on its own and has true objects. */
  public Map<Integer, Double> apByCategory() {
    Map<Integer, Double> all = new TreeMap<>();
    for (var curve : curves) {
      all.computeIfAbsent(
          curve.category,
          c -> meanPrecision(on(Area.ALL).and(of -> of.category == c), 0, THRESHOLDS.length));
    }
    return Collections.unmodifiableMap(all);
  }

  /** COCO's twelve numbers, in COCO's order. */
  public Map<String, Double> stats() {
    return stats(curve -> true);
  }

  /** COCO's twelve numbers for one category. */
  public Map<String, Double> stats(int category) {
    return stats(curve -> curve.category == category);
  }

  private Map<String, Double> stats(Predicate<Curve> which) {
    var last = THRESHOLDS.length;
    var all = new LinkedHashMap<String, Double>();
    all.put("ap", meanPrecision(which.and(on(Area.ALL)), 0, last));
    all.put("ap50", meanPrecision(which.and(on(Area.ALL)), 0, 1));
    all.put("ap75", meanPrecision(which.and(on(Area.ALL)), 5, 6));
    all.put("ap_small", meanPrecision(which.and(on(Area.SMALL)), 0, last));
    all.put("ap_medium", meanPrecision(which.and(on(Area.MEDIUM)), 0, last));
    all.put("ap_large", meanPrecision(which.and(on(Area.LARGE)), 0, last));
    all.put("ar1", meanRecall(which.and(on(Area.ALL)), 0, 0, last));
    all.put("ar10", meanRecall(which.and(on(Area.ALL)), 1, 0, last));
    all.put("ar100", meanRecall(which.and(on(Area.ALL)), MOST, 0, last));
    all.put("ar_small", meanRecall(which.and(on(Area.SMALL)), MOST, 0, last));
    all.put("ar_medium", meanRecall(which.and(on(Area.MEDIUM)), MOST, 0, last));
    all.put("ar_large", meanRecall(which.and(on(Area.LARGE)), MOST, 0, last));
    return Collections.unmodifiableMap(all);
  }

  private static Predicate<Curve> on(Area area) {
    return curve -> curve.area == area;
  }

  private void measure(
      int name, SortedSet<Integer> categories, List<Truth> truths, List<Found> found) {
    Map<Long, List<Truth>> truthsOf = new HashMap<>();
    Map<Long, List<Found>> foundOf = new HashMap<>();
    for (int category : categories) {
      truths.stream()
          .filter(t -> t.category == category)
          .forEach(t -> truthsOf.computeIfAbsent(t.image, i -> new ArrayList<>()).add(t));
      found.stream()
          .filter(d -> d.category == category)
          .forEach(d -> foundOf.computeIfAbsent(d.image, i -> new ArrayList<>()).add(d));
    }
    var images = new TreeSet<>(truthsOf.keySet());
    images.addAll(foundOf.keySet());
    for (var area : Area.values()) {
      var matches = new ArrayList<CocoMatches>();
      for (var image : images) {
        matches.add(
            CocoMatches.of(
                truthsOf.getOrDefault(image, List.of()),
                foundOf.getOrDefault(image, List.of()),
                area,
                MAX_DETECTIONS[MOST]));
      }
      for (var limit = 0; limit < MAX_DETECTIONS.length; limit++) {
        addCurve(name, area, limit, matches);
      }
    }
  }

  /** One detection among those of all images. */
  private record Ranked(CocoMatches image, int index) {
    double score() {
      return image.score(index);
    }
  }

  private void addCurve(int category, Area area, int limit, List<CocoMatches> matches) {
    var numTruths = matches.stream().mapToInt(CocoMatches::numTruths).sum();
    if (numTruths == 0) {
      return;
    }
    var ranked = new ArrayList<Ranked>();
    for (var image : matches) {
      for (var d = 0; d < Math.min(MAX_DETECTIONS[limit], image.numDetections()); d++) {
        ranked.add(new Ranked(image, d));
      }
    }
    ranked.sort(Comparator.comparingDouble(Ranked::score).reversed());
    var precision = new double[THRESHOLDS.length][];
    var recall = new double[THRESHOLDS.length];
    for (var t = 0; t < THRESHOLDS.length; t++) {
      var hits = 0;
      var misses = 0;
      var recalls = new double[ranked.size()];
      var precisions = new double[ranked.size()];
      for (var r = 0; r < recalls.length; r++) {
        var detection = ranked.get(r);
        if (!detection.image.isIgnored(t, detection.index)) {
          if (detection.image.isMatched(t, detection.index)) {
            hits++;
          } else {
            misses++;
          }
        }
        recalls[r] = hits / (double) numTruths;
        precisions[r] = hits / (misses + hits + EPSILON);
      }
      precision[t] = atRecallPoints(recalls, precisions);
      recall[t] = recalls.length == 0 ? 0 : recalls[recalls.length - 1];
    }
    curves.add(new Curve(category, area, limit, precision, recall));
  }

  /** The best precision at each recall point or above, 0 where it is not reached. */
  private static double[] atRecallPoints(double[] recalls, double[] precisions) {
    for (var i = precisions.length - 1; i > 0; i--) {
      precisions[i - 1] = Math.max(precisions[i - 1], precisions[i]);
    }
    var result = new double[RECALLS.length];
    var at = 0;
    for (var r = 0; r < RECALLS.length; r++) {
      while (at < recalls.length && recalls[at] < RECALLS[r]) {
        at++;
      }
      result[r] = at < recalls.length ? precisions[at] : 0;
    }
    return result;
  }

  private double meanPrecision(Predicate<Curve> which, int from, int to) {
    var sum = 0.0;
    var count = 0;
    for (var curve : curves) {
      if (curve.limit == MOST && which.test(curve)) {
        for (var t = from; t < to; t++) {
          for (var value : curve.precision[t]) {
            sum += value;
            count++;
          }
        }
      }
    }
    return count == 0 ? -1 : sum / count;
  }

  private double meanRecall(Predicate<Curve> which, int limit, int from, int to) {
    var sum = 0.0;
    var count = 0;
    for (var curve : curves) {
      if (curve.limit == limit && which.test(curve)) {
        for (var t = from; t < to; t++) {
          sum += curve.recall[t];
          count++;
        }
      }
    }
    return count == 0 ? -1 : sum / count;
  }

  /** Evenly spaced numbers with the rounding of {@code numpy.linspace}. */
  private static double[] steps(double first, double last, int count) {
    var step = (last - first) / (count - 1);
    var values = new double[count];
    for (var i = 0; i < count; i++) {
      values[i] = i == count - 1 ? last : first + i * step;
    }
    return values;
  }
}
