package ai.echogen.data.augment;

import ai.echogen.config.Check;
import ai.echogen.data.CounterRandom;
import ai.echogen.data.shards.Finding;
import java.io.Serializable;
import java.util.List;

/**
 * Turns pictures: a little, and by quarters, which pictures whose texts name directions are spared.
 *
 * @param maxDegrees most that a copy is turned, to either side; 0 turns none
 * @param quarterTurns share of the copies that are turned by one, two or three quarters
 * @param minVisible least share of a box's area that must stay, else its region is dropped
 * @param fill what is in the corners that become empty
 */
public record Rotate(double maxDegrees, double quarterTurns, double minVisible, Fill fill)
    implements Change, Serializable {
  static final String TURNED = "copies turned by quarters";
  static final String LOST = "regions of copies that a turn left too little of";

  private static final double MOST_DEGREES = 45;
  private static final double LEAST_VISIBLE = 0.05;

  public Rotate {
    new Check()
        .that(
            "maxDegrees",
            maxDegrees >= 0 && maxDegrees <= MOST_DEGREES,
            "must be 0 to 45, got " + maxDegrees)
        .that(
            "quarterTurns",
            quarterTurns >= 0 && quarterTurns <= 1,
            "must be in [0, 1], got " + quarterTurns)
        .that(
            "minVisible",
            minVisible >= LEAST_VISIBLE && minVisible <= 1,
            "must be 0.05 to 1, got " + minVisible)
        .orThrow();
  }

  @Override
  public Annotated apply(Annotated before, CounterRandom random, List<Finding> findings) {
    int quarters = quarters(random);
    double degrees = degrees(random);
    var turned = before;
    if (quarters > 0 && !haveDirection(before)) {
      var exact = QuarterTurn.turn(before, quarters);
      if (!before.isEmptiedBy(exact.regions())) {
        findings.add(Finding.adjusted(TURNED, ""));
        turned = exact;
      }
    }
    return degrees == 0 ? turned : turn(turned, degrees, findings);
  }

  /** How many quarters by chance: mostly none. */
  int quarters(CounterRandom random) {
    boolean isWanted = random.nextDouble() < quarterTurns;
    int quarters = random.nextInt(1, QuarterTurn.QUARTERS - 1);
    return isWanted ? quarters : 0;
  }

  /** A small angle by chance. */
  double degrees(CounterRandom random) {
    return random.nextDouble(-maxDegrees, maxDegrees);
  }

  private Annotated turn(Annotated before, double degrees, List<Finding> findings) {
    var picture = before.picture();
    var rotation = Rotation.ofDegrees(degrees);
    var regions =
        Extent.moved(
            before.regions(),
            minVisible,
            box -> rotation.turn(box, picture.width(), picture.height()));
    if (before.isEmptiedBy(regions)) {
      return before;
    }
    for (int lost = regions.size(); lost < before.regions().size(); lost++) {
      findings.add(Finding.adjusted(LOST, ""));
    }
    return before.with(
        rotation.turn(picture, picture.width(), picture.height(), fill.of(picture)), regions);
  }

  private static boolean haveDirection(Annotated annotated) {
    return PlaceWords.haveDirection(annotated.layout().caption())
        || annotated.regions().stream()
            .anyMatch(region -> PlaceWords.haveDirection(region.phrase()));
  }
}
