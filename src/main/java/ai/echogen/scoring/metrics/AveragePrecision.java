package ai.echogen.scoring.metrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * COCO detection metrics as pycocotools' {@code COCOeval} computes them: 10 IoU thresholds, 101
 * recall points, four area ranges, 1, 10 and 100 detections an image. -1 means nothing to measure.
 *
 * <p>Images count in rising order of their numbers, categories likewise; within an image and a
 * category the given order breaks ties of scores. So the numbers are the same to the bit however
 * the images were parted before they came together.
 */
public final class AveragePrecision {
  /** IoU thresholds 0.50, 0.55, … 0.95, in numpy's rounding. */
  static final double[] THRESHOLDS = steps(0.5, 0.95, 10);

  static final double[] RECALLS = steps(0, 1, 101);
  static final int[] MAX_DETECTIONS = {1, 10, 100};
  static final int MOST_DETECTIONS = 100;

  /** The category of all, where they are thrown together. */
  static final int TOGETHER = -1;

  private static final int MOST = MAX_DETECTIONS.length - 1;

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
      boolean crowd) {
    public Truth {
      requireFinite(image, x, y, width, height, area);
    }
  }

  /** A detected object. */
  public record Found(
      long image, int category, double x, double y, double width, double height, double score) {
    public Found {
      requireFinite(image, x, y, width, height, score);
    }
  }

  private final long[] images; // rising
  private final List<CocoRanking> rankings; // by rising category
  private final List<CocoRanking.Curve> curves = new ArrayList<>();

  private AveragePrecision(long[] images, List<CocoRanking> rankings, int @Nullable [] counts) {
    this.images = images;
    this.rankings = rankings;
    for (var ranking : rankings) {
      for (var area : Area.values()) {
        var curve = ranking.curve(area, counts);
        if (curve != null) {
          curves.add(curve);
        }
      }
    }
  }

  /**
   * Measures detections.
   *
   * @param categories all that are measured; truths and detections of others are left out
   */
  public static AveragePrecision of(
      Collection<Integer> categories, List<Truth> truths, List<Found> found, Classes classes) {
    var truthsOf = byImage(truths, Truth::image);
    var foundOf = byImage(found, Found::image);
    var wanted = Set.copyOf(categories);
    var numbers = new TreeSet<>(truthsOf.keySet());
    numbers.addAll(foundOf.keySet());
    var images = new ArrayList<CocoImage>();
    for (long image : numbers) {
      images.add(
          CocoImage.of(
              image,
              wanted,
              truthsOf.getOrDefault(image, List.of()),
              foundOf.getOrDefault(image, List.of()),
              classes));
    }
    return of(images);
  }

  /**
   * Measures images that were matched one by one.
   *
   * @param images in any order, each once, all matched with the same categories
   */
  public static AveragePrecision of(List<CocoImage> images) {
    var sorted = new TreeMap<Long, CocoImage>();
    for (var image : images) {
      if (sorted.put(image.image(), image) != null) {
        throw new IllegalArgumentException("image " + image.image() + " is there twice");
      }
    }
    var matches = new TreeMap<Integer, List<CocoMatches>>();
    var places = new HashMap<Integer, List<Integer>>();
    int place = 0;
    for (var image : sorted.values()) {
      for (var match : image.matches()) {
        matches.computeIfAbsent(match.category(), c -> new ArrayList<>()).add(match);
        places.computeIfAbsent(match.category(), c -> new ArrayList<>()).add(place);
      }
      place++;
    }
    var rankings = new ArrayList<CocoRanking>();
    matches.forEach(
        (category, list) ->
            rankings.add(
                new CocoRanking(
                    category,
                    list,
                    places.getOrDefault(category, List.of()).stream()
                        .mapToInt(Integer::intValue)
                        .toArray())));
    return new AveragePrecision(
        sorted.keySet().stream().mapToLong(Long::longValue).toArray(), rankings, null);
  }

  /**
   * The images' numbers, rising: all that were matched. Where lists of boxes were measured, an
   * image without any is not among them, which counts for a bootstrap alone.
   */
  public long[] images() {
    return images.clone();
  }

  /**
   * The metrics of the same images, each taken several times or not at all, as a bootstrap does;
   * nothing is matched again. Copies of an image do not compete, and of equal scores all copies of
   * one detection come before the next.
   *
   * @param counts how often each image counts, in the order of {@link #images}
   */
  public AveragePrecision resampled(int[] counts) {
    if (counts.length != images.length) {
      throw new IllegalStateException(
          String.format(Locale.ROOT, "%d counts for %d images", counts.length, images.length));
    }
    return new AveragePrecision(images, rankings, counts);
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
          curve.category(),
          c -> meanPrecision(on(Area.ALL).and(of -> of.category() == c), 0, THRESHOLDS.length));
    }
    return Collections.unmodifiableMap(all);
  }

  /** COCO's twelve numbers, in COCO's order. */
  public Map<String, Double> stats() {
    return stats(curve -> true);
  }

  /** COCO's twelve numbers for one category. */
  public Map<String, Double> stats(int category) {
    return stats(curve -> curve.category() == category);
  }

  private Map<String, Double> stats(Predicate<CocoRanking.Curve> which) {
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

  private static Predicate<CocoRanking.Curve> on(Area area) {
    return curve -> curve.area() == area;
  }

  private double meanPrecision(Predicate<CocoRanking.Curve> which, int from, int to) {
    var sum = 0.0;
    var count = 0;
    for (var curve : curves) {
      if (which.test(curve)) {
        for (var t = from; t < to; t++) {
          sum += curve.precision()[t];
          count++;
        }
      }
    }
    return count == 0 ? -1 : sum / count;
  }

  private double meanRecall(Predicate<CocoRanking.Curve> which, int limit, int from, int to) {
    var sum = 0.0;
    var count = 0;
    for (var curve : curves) {
      if (which.test(curve)) {
        for (var t = from; t < to; t++) {
          sum += curve.recall()[limit][t];
          count++;
        }
      }
    }
    return count == 0 ? -1 : sum / count;
  }

  private static <T> Map<Long, List<T>> byImage(List<T> items, ToLongFunction<T> image) {
    var byImage = new HashMap<Long, List<T>>();
    for (var item : items) {
      byImage.computeIfAbsent(image.applyAsLong(item), i -> new ArrayList<>()).add(item);
    }
    return byImage;
  }

  private static void requireFinite(long image, double... numbers) {
    for (double number : numbers) {
      if (!Double.isFinite(number)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "a box of image %d needs finite numbers (x, y, width, height, area or score), got"
                    + " %s",
                image,
                Arrays.toString(numbers)));
      }
    }
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
