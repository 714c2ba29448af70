package ai.echogen.scoring.metrics;

import ai.echogen.scoring.metrics.RatioTable.Row;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Accuracy of predicted boxes, by a {@link GroundingProtocol}, over all regions of all images.
 *
 * <p>Names: {@code acc50}, {@code acc55}, … {@code acc95} (share of regions found at that
 * threshold), {@code macc} (mean over the thresholds), {@code mean_iou} (a missing box has 0),
 * {@code missing} (share); the first twelve also after {@code small.}, {@code medium.} and {@code
 * large.}, by Ref-L4's sizes: √area of the true box below 128 pixels, from 128 to 256, above;
 * {@code class.acc50}, {@code class.acc75}, {@code class.acc90} and {@code class.macc} are means
 * over classes. Of whole images also {@code acc50_of_N} and {@code mean_iou_of_N} over images with
 * N regions, {@code repeated} (share of regions whose phrase another one of the image has) and the
 * first twelve after {@code assigned.}: predictions of equal phrases exchanged as {@link
 * PhraseAssignment} says, since a model that finds both kings cannot know which is listed first.
 */
public final class GroundingAccuracy {
  private static final double MEDIUM = 128; // pixels, the first that is not small
  private static final double LARGE = 256; // the last that is not large

  private final GroundingProtocol protocol;
  private final Map<String, String> classes;
  private final RatioTable table = new RatioTable();

  /**
   * @param classes the class that stands for a category in averages over classes, such as Ref-L4's
   *     {@code refcoco_1 → o365_1}; a category that is not in it stands for itself
   */
  public GroundingAccuracy(GroundingProtocol protocol, Map<String, String> classes) {
    this.protocol = protocol;
    this.classes = Map.copyOf(classes);
  }

  /**
   * Adds one expression.
   *
   * @param image several expressions may belong to one
   */
  public void add(String id, String image, GroundedRegion region) {
    score(table.row(id, image), region);
  }

  /** Adds all regions of an image, in their order. */
  public void addImage(String id, List<GroundedRegion> regions) {
    var row = table.row(id);
    var phrases = regions.stream().map(GroundedRegion::phrase).toList();
    var assigned =
        PhraseAssignment.of(
            phrases, (truth, other) -> iou(regions.get(truth), regions.get(other).predicted()));
    for (int i = 0; i < regions.size(); i++) {
      var region = regions.get(i);
      score(row, region);
      put(row, "assigned.", region, regions.get(assigned.predictions()[i]).predicted());
      row.add("repeated", assigned.repeated()[i] ? 1 : 0, 1);
      double measured = protocol.measure(region.truth(), region.predicted());
      row.add("acc50_of_" + regions.size(), protocol.isHit(measured, 0) ? 1 : 0, 1);
      row.add("mean_iou_of_" + regions.size(), iou(region, region.predicted()), 1);
    }
  }

  /** What the numbers are made of. */
  public RatioTable table() {
    return table;
  }

  private void score(Row row, GroundedRegion region) {
    put(row, "", region, region.predicted());
    put(row, size(region.area()) + ".", region, region.predicted());
    row.add("missing", region.predicted() == null ? 1 : 0, 1);
    double measured = protocol.measure(region.truth(), region.predicted());
    var of = classes.getOrDefault(region.category(), region.category());
    row.add("class.acc50", of, protocol.isHit(measured, 0) ? 1 : 0, 1);
    row.add("class.acc75", of, protocol.isHit(measured, 5) ? 1 : 0, 1);
    row.add("class.acc90", of, protocol.isHit(measured, 8) ? 1 : 0, 1);
    row.add("class.macc", of, share(protocol.hits(measured)), 1);
  }

  private void put(Row row, String prefix, GroundedRegion region, @Nullable PixelBox predicted) {
    double measured = protocol.measure(region.truth(), predicted);
    for (int step = 0; step < GroundingProtocol.NUM_THRESHOLDS; step++) {
      row.add(
          prefix + "acc" + GroundingProtocol.percent(step),
          protocol.isHit(measured, step) ? 1 : 0,
          1);
    }
    row.add(prefix + "macc", share(protocol.hits(measured)), 1);
    row.add(prefix + "mean_iou", iou(region, predicted), 1);
  }

  /** IoU as the protocol rounds it; 0 where nothing was predicted. */
  private double iou(GroundedRegion region, @Nullable PixelBox predicted) {
    if (predicted == null) {
      return 0;
    }
    return protocol.measure() == GroundingProtocol.Measure.IOU_FLOAT32
        ? region.truth().iouFloat32(predicted)
        : region.truth().iou(predicted);
  }

  private static double share(int hits) {
    return hits / (double) GroundingProtocol.NUM_THRESHOLDS;
  }

  private static String size(double area) {
    double side = Math.sqrt(area);
    return side < MEDIUM ? "small" : side <= LARGE ? "medium" : "large";
  }
}
