package ai.echogen.objectives.rewards;

import ai.echogen.layout.Box;

/**
 * Agreement with a layout that was not asked for: each region's box is compared with the next
 * region's, mirrored at the image's centre. Its values are spread as the true reward's are, but
 * they teach the wrong layout.
 */
public record ShuffledBoxes(IouL1 agreement) implements Reward {
  @Override
  public String key() {
    return "shuffled";
  }

  @Override
  public double[] of(Reading reading) {
    var regions = reading.layout().regions();
    var boxes = reading.boxes();
    var scores = new double[regions.size()];
    for (int k = 0; k < scores.length; k++) {
      var other = mirrored(regions.get((k + 1) % scores.length).box());
      scores[k] = agreement.of(other, boxes.get(k));
    }
    return scores;
  }

  private static Box mirrored(Box box) {
    return new Box(1 - box.x1(), 1 - box.y1(), 1 - box.x0(), 1 - box.y0());
  }
}
