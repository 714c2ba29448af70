package ai.echogen.scoring.metrics;

import java.io.Serializable;
import java.util.List;

/**
 * Position and colour of the instances of a layout, as MIGC's benchmarks count (2402.05408, {@code
 * eval_mig.py}): COCO-MIG with colours, COCO-Position without.
 *
 * <p>An instance is in place if the detection of its class that overlaps it best has an IoU of at
 * least 0.5; it is right if its colour is right as well. Towards {@code miou} it gives that IoU,
 * but 0 if it is in place in the wrong colour. Names: {@code success} (share of instances that are
 * right), {@code position} (in place), {@code color_in_place} (right among those in place), {@code
 * miou}, {@code image_success} (share of images with all right); {@code success}, {@code miou} and
 * {@code image_success} also after {@code L2.}, {@code L3.} … for images with as many instances.
 */
public final class MultiInstanceScores {
  private static final double IN_PLACE = 0.5;

  /** What a judge says of an instance's colour. */
  public enum Color {
    NOT_ASKED,
    RIGHT,
    WRONG
  }

  /**
   * What was judged of one instance.
   *
   * @param iou with the best detection of its class; 0 where there is none
   * @param color of what lies in the wanted box; does not count if the instance is out of place
   */
  public record Instance(double iou, Color color) implements Serializable {
    public Instance {
      if (!(iou >= 0 && iou <= 1)) {
        throw new IllegalArgumentException("an IoU lies in [0, 1], got " + iou);
      }
    }

    boolean isInPlace() {
      return iou >= IN_PLACE;
    }

    boolean isRight() {
      return isInPlace() && color != Color.WRONG;
    }

    double overlap() {
      return isInPlace() && color == Color.WRONG ? 0 : iou;
    }
  }

  private final RatioTable table = new RatioTable();

  /** IoU of a wanted box with the detection that overlaps it best, or 0. */
  public static double bestIou(PixelBox wanted, List<PixelBox> detections) {
    return detections.stream().mapToDouble(wanted::iou).max().orElse(0);
  }

  /** Adds an image. */
  public void add(String id, List<Instance> instances) {
    if (instances.isEmpty()) {
      table.leaveOut("no instances");
      return;
    }
    var row = table.row(id);
    var level = "L" + instances.size() + ".";
    for (var instance : instances) {
      double right = instance.isRight() ? 1 : 0;
      row.add("success", right, 1).add(level + "success", right, 1);
      row.add("miou", instance.overlap(), 1).add(level + "miou", instance.overlap(), 1);
      row.add("position", instance.isInPlace() ? 1 : 0, 1);
      if (instance.color() != Color.NOT_ASKED) {
        row.add("color_in_place", right, instance.isInPlace() ? 1 : 0);
      }
    }
    double all = instances.stream().allMatch(Instance::isRight) ? 1 : 0;
    row.add("image_success", all, 1).add(level + "image_success", all, 1);
  }

  /** What the numbers are made of. */
  public RatioTable table() {
    return table;
  }
}
