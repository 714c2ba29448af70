package ai.echogen.data.augment;

import ai.echogen.data.CounterRandom;
import ai.echogen.data.shards.Finding;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import java.util.List;

/**
 * Mirrors pictures left to right, with what their texts say of left and right. Writing cannot be
 * read then, so it is not for pictures with letters or digits.
 *
 * @param share of the copies that are mirrored
 */
record Flip(double share) implements Change {
  static final String MIRRORED = "copies mirrored";

  @Override
  public Annotated apply(Annotated before, CounterRandom random, List<Finding> findings) {
    if (random.nextDouble() >= share) {
      return before;
    }
    var after = mirrored(before);
    if (before.isEmptiedBy(after.regions())) {
      return before;
    }
    findings.add(Finding.adjusted(MIRRORED, ""));
    return after;
  }

  static Annotated mirrored(Annotated before) {
    var regions =
        Extent.moved(
                before.regions(),
                0,
                box -> new Extent(1 - box.x1(), box.y0(), 1 - box.x0(), box.y1()))
            .stream()
            .map(
                region ->
                    new Region(
                        PlaceWords.mirrored(region.phrase()),
                        PlaceWords.mirrored(region.category()),
                        region.box()))
            .toList();
    var moved = before.with(before.picture().mirrored(), regions);
    return Captions.isCounted(before.layout())
        ? moved
        : new Annotated(
            moved.id(),
            moved.picture(),
            new Layout(PlaceWords.mirrored(before.layout().caption()), regions));
  }
}
