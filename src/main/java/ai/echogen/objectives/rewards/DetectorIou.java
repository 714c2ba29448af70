package ai.echogen.objectives.rewards;

/**
 * IoU of each region with the detection of its category that overlaps it best; 0 if there is none.
 * An oracle: whoever trains on it must not be judged by it.
 */
public record DetectorIou() implements Reward {
  @Override
  public String key() {
    return "detector";
  }

  @Override
  public double[] of(Reading reading) {
    var seen = reading.seen();
    return reading.layout().regions().stream()
        .mapToDouble(
            region ->
                seen.stream()
                    .filter(detection -> detection.category().equals(region.category()))
                    .mapToDouble(detection -> region.box().iou(detection.box()))
                    .max()
                    .orElse(0))
        .toArray();
  }
}
