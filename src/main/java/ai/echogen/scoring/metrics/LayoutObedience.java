package ai.echogen.scoring.metrics;

import ai.echogen.data.synth.ShapeFamily;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How well pictures follow their layouts, by what a detector sees in them.
 *
 * <p>Keys: {@code ap50}, {@code ap75} (COCO, mean over the categories of the layouts), {@code
 * mean_iou} (each true region against the detection of any class that overlaps it best; 0 if there
 * is none), {@code detections_per_truth}, {@code regions} (number), and where all categories belong
 * to shape scenes {@code color_right}, {@code shape_right}: the share of regions whose best
 * detection has IoU over 0.3 and the right colour or shape.
 */
public final class LayoutObedience {
  private static final double SEEN = 0.3;

  private final List<AveragePrecision.Truth> truths = new ArrayList<>();
  private final List<AveragePrecision.Found> found = new ArrayList<>();
  private final Map<String, Integer> categories = new TreeMap<>();
  private long images;
  private double iou;
  private long colorRight;
  private long shapeRight;
  private boolean shapes = true;

  /** Adds one picture: what it should show, and what a detector sees. */
  public void add(Layout layout, List<Detection> detections) {
    var image = images++;
    for (var region : layout.regions()) {
      var box = region.box();
      truths.add(
          new AveragePrecision.Truth(
              image,
              number(region.category()),
              box.x0(),
              box.y0(),
              (double) box.x1() - box.x0(),
              (double) box.y1() - box.y0(),
              box.area(),
              false));
      compare(region.category(), box, detections);
    }
    for (var detection : detections) {
      var box = detection.box();
      found.add(
          new AveragePrecision.Found(
              image,
              number(detection.category()),
              box.x0(),
              box.y0(),
              (double) box.x1() - box.x0(),
              (double) box.y1() - box.y0(),
              detection.score()));
    }
  }

  /** IoU of each region with the detection of its category that overlaps it best, or 0. */
  public static double[] overlaps(Layout layout, List<Detection> detections) {
    return layout.regions().stream()
        .mapToDouble(
            region ->
                detections.stream()
                    .filter(detection -> detection.category().equals(region.category()))
                    .mapToDouble(detection -> region.box().iou(detection.box()))
                    .max()
                    .orElse(0))
        .toArray();
  }

  /** The numbers so far. */
  public Map<String, Double> scores() {
    var precision =
        AveragePrecision.of(categories.values(), truths, found, AveragePrecision.Classes.SEPARATE);
    var regions = Math.max(1, truths.size());
    var scores = new TreeMap<String, Double>();
    scores.put("ap50", Math.max(0, precision.apAt(0)));
    scores.put("ap75", Math.max(0, precision.apAt(5)));
    scores.put("mean_iou", iou / regions);
    scores.put("detections_per_truth", found.size() / (double) regions);
    scores.put("regions", (double) truths.size());
    if (shapes && !truths.isEmpty()) {
      scores.put("color_right", colorRight / (double) regions);
      scores.put("shape_right", shapeRight / (double) regions);
    }
    return Collections.unmodifiableMap(scores);
  }

  private void compare(String category, Box truth, List<Detection> detections) {
    var best = 0.0;
    var seen = "";
    for (var detection : detections) {
      var overlap = truth.iou(detection.box());
      if (overlap > best) {
        best = overlap;
        seen = detection.category();
      }
    }
    iou += best;
    var look = ShapeFamily.look(category);
    shapes &= look.isPresent();
    if (look.isPresent() && best > SEEN) {
      var seenLook = ShapeFamily.look(seen);
      colorRight += seenLook.filter(l -> l.color() == look.get().color()).isPresent() ? 1 : 0;
      shapeRight += seenLook.filter(l -> l.shape() == look.get().shape()).isPresent() ? 1 : 0;
    }
  }

  private int number(String category) {
    return categories.computeIfAbsent(category, c -> categories.size());
  }
}
