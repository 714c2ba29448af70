package ai.echogen.scoring.benchmarks;

import ai.echogen.scoring.metrics.AveragePrecision;
import ai.echogen.scoring.metrics.AveragePrecision.Classes;
import ai.echogen.scoring.metrics.AveragePrecision.Found;
import ai.echogen.scoring.metrics.AveragePrecision.Truth;
import ai.echogen.scoring.metrics.CocoImage;
import ai.echogen.scoring.metrics.PixelBox;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * COCO's average precision of what was seen in the pictures of cases.
 *
 * <p>Pictures count in the order of their ids: as numbers if all are such, as COCO's evaluator has
 * them, else as texts. Classes are those of the true boxes, alphabetically; what is seen of others
 * does not count, as in COCO's evaluator.
 *
 * @param counts which true boxes there are, for these numbers
 * @param seen name of what was seen
 * @param side pixels of the square that areas are measured in; 0: the case's own size
 */
record CocoBoxes(Predicate<Target> counts, String seen, int side) {
  /** Of the drawings that were scored. */
  CocoBoxes(Predicate<Target> counts, int side) {
    this(counts, Benchmark.SEEN, side);
  }

  /** The intervals of some of the twelve numbers, whose values are put elsewhere. */
  void putIntervals(
      Scores scores, List<String> names, String prefix, List<Judged> judged, int draws, long seed) {
    var precision = AveragePrecision.of(images(judged));
    var known = named(prefix, precision);
    known.keySet().retainAll(names.stream().map(name -> prefix + name).toList());
    scores.putDrawn(
        known,
        precision.images().length,
        draws,
        seed,
        drawn -> named(prefix, precision.resampled(drawn)));
  }

  /** The twelve numbers, and their intervals. */
  void put(Scores scores, String prefix, List<Judged> judged, int draws, long seed) {
    var precision = AveragePrecision.of(images(judged));
    scores.putDrawn(
        named(prefix, precision),
        precision.images().length,
        draws,
        seed,
        drawn -> named(prefix, precision.resampled(drawn)));
  }

  /** What is defined: a size of which there is no true box has no number. */
  private static Map<String, Double> named(String prefix, AveragePrecision precision) {
    var named = new LinkedHashMap<String, Double>();
    precision
        .stats()
        .forEach(
            (name, value) -> {
              if (value >= 0) {
                named.put(prefix + name, value);
              }
            });
    return named;
  }

  private List<CocoImage> images(List<Judged> judged) {
    var categories = new TreeMap<String, Integer>();
    for (var one : judged) {
      one.sample().targets().stream()
          .filter(counts)
          .forEach(target -> categories.put(target.category(), 0));
    }
    int next = 0;
    for (var category : categories.entrySet()) {
      category.setValue(next++);
    }
    boolean areNumbers = judged.stream().allMatch(one -> one.id().matches("\\d{1,18}"));
    var images = new ArrayList<CocoImage>();
    for (int i = 0; i < judged.size(); i++) {
      long number = areNumbers ? Long.parseLong(judged.get(i).id()) : i;
      images.add(image(judged.get(i), number, categories));
    }
    return images;
  }

  private CocoImage image(Judged judged, long number, Map<String, Integer> categories) {
    var sample = judged.sample();
    double scaleX = side == 0 ? 1 : (double) side / sample.width();
    double scaleY = side == 0 ? 1 : (double) side / sample.height();
    var truths = new ArrayList<Truth>();
    for (var target : sample.targets()) {
      if (counts.test(target)) {
        var box = target.box();
        truths.add(
            new Truth(
                number,
                categories.getOrDefault(target.category(), -1),
                box.x0() * scaleX,
                box.y0() * scaleY,
                box.width() * scaleX,
                box.height() * scaleY,
                target.area() * scaleX * scaleY,
                target.kind() == Target.Kind.CROWD));
      }
    }
    var found = new ArrayList<Found>();
    for (var thing : judged.seen(seen)) {
      var category = categories.get(thing.category());
      if (category != null) {
        var box = PixelBox.of(thing.box(), sample.width() * scaleX, sample.height() * scaleY);
        found.add(
            new Found(
                number, category, box.x0(), box.y0(), box.width(), box.height(), thing.score()));
      }
    }
    return CocoImage.of(number, Set.copyOf(categories.values()), truths, found, Classes.SEPARATE);
  }
}
