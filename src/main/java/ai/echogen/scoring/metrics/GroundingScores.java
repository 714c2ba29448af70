package ai.echogen.scoring.metrics;

import ai.echogen.layout.Box;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How well predicted boxes meet the true ones, over all regions of all images. Accuracy at t is the
 * share of regions with IoU strictly above t, as Ref-L4 counts; a missing prediction has IoU 0. It
 * takes layouts as they are; {@link GroundingAccuracy} is for benchmarks.
 *
 * <p>Keys: {@code acc50}, {@code acc75}, {@code mean_acc} (thresholds 0.50, 0.55, … 0.95), {@code
 * mean_iou}, {@code missing} (share), {@code regions} (number), and {@code acc50_of_N}, {@code
 * mean_iou_of_N} over the images with N regions.
 */
public final class GroundingScores {
  private static final class Sums {
    private long regions;
    private long missing;
    private double iou;
    private final long[] above = new long[GroundingProtocol.NUM_THRESHOLDS];

    private void add(double value) {
      regions++;
      iou += value;
      for (var t = 0; t < above.length; t++) {
        above[t] += GroundingProtocol.STRICT.isHit(value, t) ? 1 : 0;
      }
    }

    private double share(double count) {
      return regions == 0 ? 0 : count / regions;
    }
  }

  private final Sums all = new Sums();
  private final Map<Integer, Sums> byNumber = new TreeMap<>();

  /** Adds the regions of one image; both lists in the same order. */
  public void add(List<Box> truths, List<Optional<Box>> predictions) {
    if (truths.size() != predictions.size()) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT, "%d predictions for %d regions", predictions.size(), truths.size()));
    }
    var alike = byNumber.computeIfAbsent(truths.size(), n -> new Sums());
    for (var i = 0; i < truths.size(); i++) {
      var truth = truths.get(i);
      var iou = predictions.get(i).map(truth::iou);
      all.add(iou.orElse(0.0));
      alike.add(iou.orElse(0.0));
      all.missing += iou.isPresent() ? 0 : 1;
    }
  }

  /** The numbers so far. */
  public Map<String, Double> scores() {
    var scores = new TreeMap<String, Double>();
    scores.put("acc50", all.share(all.above[0]));
    scores.put("acc75", all.share(all.above[5]));
    var hits = 0.0;
    for (var count : all.above) {
      hits += count;
    }
    scores.put("mean_acc", all.share(hits / all.above.length));
    scores.put("mean_iou", all.share(all.iou));
    scores.put("missing", all.share(all.missing));
    scores.put("regions", (double) all.regions);
    byNumber.forEach(
        (number, sums) -> {
          if (number > 0) {
            scores.put("acc50_of_" + number, sums.share(sums.above[0]));
            scores.put("mean_iou_of_" + number, sums.share(sums.iou));
          }
        });
    return Collections.unmodifiableMap(scores);
  }
}
