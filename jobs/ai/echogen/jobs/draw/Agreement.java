package ai.echogen.jobs.draw;

import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import java.util.List;
import java.util.Optional;

/** How well the boxes that were read from a drawing agree with those that it was drawn of. */
public enum Agreement {
  /** Mean IoU over the regions; a box that could not be read has 0. */
  MEAN_IOU,
  /** Share of the regions whose box was read with an IoU of at least a half. */
  FOUND;

  private static final double FOUND_IOU = 0.5;

  /**
   * A number in [0, 1].
   *
   * @param layout with a region at least
   * @param read a box for each of its regions
   */
  double of(Layout layout, List<Optional<Box>> read) {
    double sum = 0;
    for (int i = 0; i < layout.regions().size(); i++) {
      double iou = read.get(i).map(layout.regions().get(i).box()::iou).orElse(0.0);
      sum +=
          switch (this) {
            case MEAN_IOU -> iou;
            case FOUND -> iou >= FOUND_IOU ? 1 : 0;
          };
    }
    return sum / layout.regions().size();
  }
}
