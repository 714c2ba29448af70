package ai.echogen.data.layouts;

import ai.echogen.data.CounterRandom;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Arrangements that have names, filled with phrases: each layout is one arrangement, as likely as
 * any other, of different phrases, and its caption says truly how they stand.
 *
 * <p>Each arrangement has its own sizes and overlaps; of {@link LayoutBounds} only the numbers of
 * regions hold.
 *
 * @param arrangements to choose from
 * @param minRegions least regions of a layout
 * @param maxRegions most of them
 */
public record TemplateLayouts(
    long seed, PhraseList phrases, List<Arrangement> arrangements, int minRegions, int maxRegions)
    implements LayoutSource {
  private static final String NAME = "templates";
  private static final int KEY = 1; // tells its random numbers from other sources'
  private static final int TRIES = 100;

  public TemplateLayouts {
    arrangements = List.copyOf(arrangements);
    phrases.require(maxRegions);
    for (var arrangement : arrangements) {
      if (arrangement.numbers(minRegions, maxRegions).isEmpty()) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "templates: %s cannot have %d to %d regions; leave it out, or give other minRegions"
                    + " and maxRegions",
                word(arrangement),
                minRegions,
                maxRegions));
      }
    }
  }

  /**
   * Those of all arrangements that can have such numbers of regions.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static List<Arrangement> possible(int minRegions, int maxRegions) {
    var possible =
        Stream.of(Arrangement.values())
            .filter(arrangement -> !arrangement.numbers(minRegions, maxRegions).isEmpty())
            .toList();
    if (possible.isEmpty()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "no template has %d to %d regions; give maxRegions=2 or more",
              minRegions,
              maxRegions));
    }
    return possible;
  }

  @Override
  public Made layout(long index) {
    var random = CounterRandom.of(seed, KEY, index);
    var arrangement = arrangements.get(random.nextInt(arrangements.size()));
    var numbers = arrangement.numbers(minRegions, maxRegions);
    int number = numbers.get(random.nextInt(numbers.size()));
    var drawn = phrases.draw(number, random);
    var boxes = place(arrangement, number, random);
    var regions = new ArrayList<Region>();
    for (int i = 0; i < number; i++) {
      regions.add(new Region(drawn.get(i), drawn.get(i), boxes.get(i)));
    }
    var caption = arrangement.caption(drawn.stream().map(Wording::noun).toList(), boxes);
    return new Made(
        LayoutSource.id(NAME, seed, index), Optional.of(new Layout(caption, regions)), List.of());
  }

  private static List<Box> place(Arrangement arrangement, int number, CounterRandom random) {
    for (int i = 0; i < TRIES; i++) {
      var boxes = arrangement.place(number, random.fork(i));
      if (arrangement.isTrueOf(boxes)) {
        return boxes;
      }
    }
    throw new IllegalStateException(
        String.format(Locale.ROOT, "%s of %d boxes is never true", arrangement, number));
  }

  private static String word(Arrangement arrangement) {
    return arrangement.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
