package ai.echogen.data.layouts;

import ai.echogen.config.Check;
import ai.echogen.data.CounterRandom;
import ai.echogen.data.shards.Finding;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Random boxes with different phrases, which need no images: what Cycle RL is trained on in EchoGen
 * (arXiv 2603.18001), whose paper does not say how they are drawn. Here the number of boxes is
 * uniform, and so are their sides, from the least that {@code minArea} allows for a square to most
 * of the image, and their places; a box that overlaps too much is drawn again.
 */
public record RandomLayouts(long seed, PhraseList phrases, LayoutBounds bounds)
    implements LayoutSource {
  /** What a layout lacks whose boxes found no place, as a finding. */
  static final String FEWER = "no place for all regions, there are fewer";

  private static final String NAME = "random";
  private static final int KEY = 2; // tells its random numbers from other sources'
  private static final double LONGEST = 0.9; // side of a box
  private static final double DENSEST = 0.5; // share of the image that the least boxes cover
  private static final int ATTEMPTS = 40;
  private static final int TRIES = 40; // of a box

  public RandomLayouts {
    double covered = bounds.maxRegions() * bounds.minArea();
    new Check()
        .that(
            "minArea",
            covered <= DENSEST,
            String.format(
                Locale.ROOT,
                "must be <= %.3g for maxRegions=%d, got %s",
                DENSEST / bounds.maxRegions(),
                bounds.maxRegions(),
                bounds.minArea()))
        .orThrow();
    phrases.require(bounds.maxRegions());
  }

  @Override
  public Made layout(long index) {
    var random = CounterRandom.of(seed, KEY, index);
    var id = LayoutSource.id(NAME, seed, index);
    int number = random.nextInt(bounds.minRegions(), bounds.maxRegions());
    var drawn = phrases.draw(number, random);
    var boxes = boxes(number, random);
    if (boxes.size() < bounds.minRegions()) {
      return new Made(id, Optional.empty(), List.of(Finding.dropped(CorpusLayouts.NO_PLACE, id)));
    }
    var regions = new ArrayList<Region>();
    for (int i = 0; i < boxes.size(); i++) {
      regions.add(new Region(drawn.get(i), drawn.get(i), boxes.get(i)));
    }
    var caption = Wording.caption(drawn.subList(0, boxes.size()));
    return new Made(
        id,
        Optional.of(new Layout(caption, regions)),
        boxes.size() < number ? List.of(Finding.adjusted(FEWER, id)) : List.of());
  }

  /** As many boxes as find a place: the most of several attempts, each with smaller ones. */
  private List<Box> boxes(int number, CounterRandom random) {
    List<Box> best = List.of();
    for (int i = 0; i < ATTEMPTS && best.size() < number; i++) {
      double shortest = Math.sqrt(bounds.minArea());
      double longest = LONGEST - (LONGEST - shortest) * i / ATTEMPTS;
      var boxes = attempt(number, shortest, longest, random.fork(i));
      best = boxes.size() > best.size() ? boxes : best;
    }
    return best;
  }

  private List<Box> attempt(int number, double shortest, double longest, CounterRandom random) {
    var boxes = new ArrayList<Box>();
    for (int i = 0; i < TRIES * number && boxes.size() < number; i++) {
      double width = random.nextDouble(shortest, longest);
      double height = random.nextDouble(shortest, longest);
      double left = random.nextDouble(0, 1 - width);
      double top = random.nextDouble(0, 1 - height);
      var box = Boxes.of(left, top, left + width, top + height);
      if (bounds.allow(box, boxes)) {
        boxes.add(box);
      }
    }
    return boxes;
  }
}
