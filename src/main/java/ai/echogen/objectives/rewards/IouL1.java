package ai.echogen.objectives.rewards;

import ai.echogen.layout.Box;
import java.util.Optional;

/**
 * Agreement of the box that was read with the one that was asked for: overlap − l1Weight · l1, with
 * l1 the mean absolute difference of the four coordinates (EchoGen's reward uses both; how they are
 * joined is not public).
 *
 * <p>A box that is missing or cannot be read scores as one that shares nothing and lies as far off
 * as can be: overlap 0 (−1 for GIoU) and l1 1. There is no extra box: one is read for each phrase.
 *
 * @param giou generalised IoU in place of IoU: it also tells boxes apart that do not touch
 */
public record IouL1(boolean giou, double l1Weight) implements Reward {
  @Override
  public String key() {
    return "iou_l1";
  }

  @Override
  public double[] of(Reading reading) {
    var regions = reading.layout().regions();
    var boxes = reading.boxes();
    var scores = new double[regions.size()];
    for (int k = 0; k < scores.length; k++) {
      scores[k] = of(regions.get(k).box(), boxes.get(k));
    }
    return scores;
  }

  double of(Box asked, Optional<Box> read) {
    return read.map(box -> (giou ? asked.giou(box) : asked.iou(box)) - l1Weight * asked.l1(box))
        .orElse((giou ? -1 : 0) - l1Weight);
  }
}
