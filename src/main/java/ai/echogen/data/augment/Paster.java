package ai.echogen.data.augment;

import ai.echogen.data.CounterRandom;
import ai.echogen.data.shards.Finding;
import ai.echogen.image.Picture;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Pastes objects of other pictures, each at a place where it leaves enough of every box to be seen.
 * What it hides is judged by its whole frame, also where the frame is transparent.
 *
 * @param rules for pictures of the final size
 */
record Paster(Augmentation rules, ObjectBank bank) implements Change {
  static final String PASTED = "objects pasted into copies";

  private static final int TRIES = 8; // of objects, for each that is wanted
  private static final int PLACES = 12; // for each of them

  @Override
  public Annotated apply(Annotated before, CounterRandom random, List<Finding> findings) {
    return random.nextDouble() < rules.paste().share() ? paste(before, random, findings) : before;
  }

  /** Pastes as many objects as chance wants and the picture has room for. */
  Annotated paste(Annotated before, CounterRandom random, List<Finding> findings) {
    if (bank.isEmpty()) {
      return before;
    }
    int wanted =
        Math.min(
            random.nextInt(1, rules.paste().most()), Layout.MAX_REGIONS - before.regions().size());
    var canvas =
        new Picture(
            before.picture().width(), before.picture().height(), before.picture().argb().clone());
    var seen = new Visibility(canvas.width(), canvas.height());
    before.regions().forEach(region -> seen.add(Extent.of(region.box())));
    var added = new ArrayList<Region>();
    for (int i = 0; i < TRIES * wanted && added.size() < wanted; i++) {
      var cutout = bank.draw(random);
      if (isWelcome(cutout, before, added)) {
        var item = Item.of(cutout, rules, random);
        paste(item, canvas, seen, random)
            .flatMap(Extent::box)
            .ifPresent(box -> added.add(new Region(cutout.phrase(), cutout.category(), box)));
      }
    }
    if (added.isEmpty()) {
      return before;
    }
    added.forEach(region -> findings.add(Finding.adjusted(PASTED, "")));
    var regions = new ArrayList<>(before.regions());
    regions.addAll(added);
    return new Annotated(before.id(), canvas, Captions.extended(before.layout(), regions, added));
  }

  private boolean isWelcome(Cutout cutout, Annotated before, List<Region> added) {
    if (cutout.donor().sampleId().equals(before.id())) {
      return false;
    }
    return rules.paste().repeats()
        || (!isIn(cutout.phrase(), before.regions()) && !isIn(cutout.phrase(), added));
  }

  private static boolean isIn(String phrase, List<Region> regions) {
    return regions.stream().anyMatch(region -> region.phrase().equals(phrase));
  }

  /** Where the item's box lies, if there was a place for it. */
  private Optional<Extent> paste(Item item, Picture canvas, Visibility seen, CounterRandom random) {
    int width = item.picture().width();
    int height = item.picture().height();
    if (width > canvas.width() || height > canvas.height()) {
      return Optional.empty();
    }
    for (int i = 0; i < PLACES; i++) {
      int x = random.nextInt(canvas.width() - width + 1);
      int y = random.nextInt(canvas.height() - height + 1);
      var area = new Picture.Area(x, y, width, height);
      if (seen.admits(area, rules.paste().mostHidden())) {
        var box = placed(item.box(), area, canvas);
        seen.hide(area);
        seen.add(box);
        canvas.paint(item.picture(), x, y);
        return Optional.of(box);
      }
    }
    return Optional.empty();
  }

  private static Extent placed(Extent box, Picture.Area area, Picture canvas) {
    return new Extent(
        (area.x() + box.x0() * area.width()) / canvas.width(),
        (area.y() + box.y0() * area.height()) / canvas.height(),
        (area.x() + box.x1() * area.width()) / canvas.width(),
        (area.y() + box.y1() * area.height()) / canvas.height());
  }
}
