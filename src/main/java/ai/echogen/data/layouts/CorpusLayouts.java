package ai.echogen.data.layouts;

import ai.echogen.data.CounterRandom;
import ai.echogen.data.layouts.CorpusStatistics.Category;
import ai.echogen.data.layouts.CorpusStatistics.Phrase;
import ai.echogen.data.shards.Finding;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Layouts like those that {@link CorpusStatistics} were counted of. The number of regions and the
 * first category are drawn by frequency; each next category by how often it comes together with one
 * of those that are there, chosen evenly; its box as boxes of the two lie to each other. A box that
 * is hardly in the image, too small, or overlaps too much is drawn again with its category.
 *
 * <p>Of a category or a pair that was seen seldom, boxes are drawn as if {@code shrinkage} more had
 * been seen: of all categories, or of two that know nothing of each other.
 */
public final class CorpusLayouts implements LayoutSource {
  private static final long serialVersionUID = 1;

  /** Why there is no layout, as a finding. */
  static final String NO_PLACE = "no place for the least number of regions";

  private static final String NAME = "corpus";
  private static final int KEY = 3; // tells its random numbers from other sources'
  private static final int ATTEMPTS = 20;
  private static final int TRIES = 20; // of a region

  /** A category, ready to be drawn. */
  private record Kind(
      String name, List<String> phrases, Chances phrase, Gaussian.Draw box, Company company)
      implements Serializable {}

  /**
   * What comes together with a category.
   *
   * @param kinds places of the other categories
   * @param boxes how their boxes lie where this one's is known
   * @param chances of each, and last that it is any category, whose box knows nothing of this one's
   */
  private record Company(List<Integer> kinds, List<Gaussian.Regression> boxes, Chances chances)
      implements Serializable {}

  private record Placed(int kind, Box box) {}

  private final long seed;
  private final LayoutBounds bounds;
  private final Chances numbers; // of regions, from bounds.minRegions() on
  private final Chances frequencies;
  private final List<Kind> kinds;

  private CorpusLayouts(
      long seed, LayoutBounds bounds, Chances numbers, Chances frequencies, List<Kind> kinds) {
    this.seed = seed;
    this.bounds = bounds;
    this.numbers = numbers;
    this.frequencies = frequencies;
    this.kinds = kinds;
  }

  /**
   * Prepares the drawing.
   *
   * @param shrinkage boxes that weigh as much as all others, for what was seen seldom
   * @throws IllegalArgumentException if no image had as many regions as the bounds allow
   */
  public static CorpusLayouts of(
      CorpusStatistics statistics, long seed, LayoutBounds bounds, double shrinkage) {
    var numbers =
        new Chances(
            statistics.regionsPerImage().subList(bounds.minRegions(), bounds.maxRegions() + 1));
    if (numbers.total() == 0 || statistics.categories().isEmpty()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s has no image with %d to %d regions; give other minRegions and maxRegions",
              statistics.origin().data(),
              bounds.minRegions(),
              bounds.maxRegions()));
    }
    var priors = new ArrayList<Gaussian>();
    for (var category : statistics.categories()) {
      var own = category.boxes();
      priors.add(
          own.gaussian().with((double) own.count(), statistics.boxes().gaussian(), shrinkage));
    }
    var companies = companies(statistics, priors, shrinkage);
    var kinds = new ArrayList<Kind>();
    for (int i = 0; i < priors.size(); i++) {
      kinds.add(kind(statistics.categories().get(i), priors.get(i), companies.get(i)));
    }
    var frequencies = new Chances(statistics.categories().stream().map(Category::count).toList());
    return new CorpusLayouts(seed, bounds, numbers, frequencies, kinds);
  }

  private static Kind kind(Category category, Gaussian prior, Company company) {
    var phrases =
        category.phrases().isEmpty() ? List.of(new Phrase(category.name(), 1)) : category.phrases();
    return new Kind(
        category.name(),
        phrases.stream().map(Phrase::text).toList(),
        new Chances(phrases.stream().map(Phrase::count).toList()),
        prior.draw(),
        company);
  }

  private static List<Company> companies(
      CorpusStatistics statistics, List<Gaussian> priors, double shrinkage) {
    var kinds = new ArrayList<List<Integer>>();
    var boxes = new ArrayList<List<Gaussian.Regression>>();
    var weights = new ArrayList<List<Long>>();
    for (int i = 0; i < priors.size(); i++) {
      kinds.add(new ArrayList<>());
      boxes.add(new ArrayList<>());
      weights.add(new ArrayList<>());
    }
    for (var pair : statistics.pairs()) {
      int a = pair.first();
      int b = pair.second();
      var apart = Gaussian.independent(priors.get(a), priors.get(b));
      var both = pair.boxes().gaussian().with((double) pair.boxes().count(), apart, shrinkage);
      kinds.get(a).add(b);
      boxes.get(a).add(both.secondHalf());
      weights.get(a).add(pair.weight());
      if (a != b) {
        kinds.get(b).add(a);
        boxes.get(b).add(both.swapped().secondHalf());
        weights.get(b).add(pair.weight());
      }
    }
    var companies = new ArrayList<Company>();
    for (int i = 0; i < priors.size(); i++) {
      long known = weights.get(i).stream().mapToLong(Long::longValue).sum();
      long all =
          Math.multiplyExact(CorpusStatistics.COMPANY, statistics.categories().get(i).inCompany());
      weights.get(i).add(all == 0 ? 1 : Math.max(0, all - known));
      companies.add(new Company(kinds.get(i), boxes.get(i), new Chances(weights.get(i))));
    }
    return companies;
  }

  @Override
  public Made layout(long index) {
    var random = CounterRandom.of(seed, KEY, index);
    var id = LayoutSource.id(NAME, seed, index);
    int number = bounds.minRegions() + numbers.draw(random);
    List<Placed> best = List.of();
    for (int i = 0; i < ATTEMPTS && best.size() < number; i++) {
      var placed = attempt(number, random.fork(i));
      best = placed.size() > best.size() ? placed : best;
    }
    if (best.size() < bounds.minRegions()) {
      return new Made(id, Optional.empty(), List.of(Finding.dropped(NO_PLACE, id)));
    }
    return new Made(
        id,
        Optional.of(layout(best, random)),
        best.size() < number ? List.of(Finding.adjusted(RandomLayouts.FEWER, id)) : List.of());
  }

  private List<Placed> attempt(int number, CounterRandom random) {
    var placed = new ArrayList<Placed>();
    for (int i = 0; i < TRIES * number && placed.size() < number; i++) {
      var boxes = placed.stream().map(Placed::box).toList();
      next(placed, random).filter(next -> bounds.allow(next.box(), boxes)).ifPresent(placed::add);
    }
    return placed;
  }

  /** A category and its box, which may lie outside of the image: then none. */
  private Optional<Placed> next(List<Placed> placed, CounterRandom random) {
    if (!placed.isEmpty()) {
      var partner = placed.get(random.nextInt(placed.size()));
      var company = kinds.get(partner.kind()).company();
      int choice = company.chances().draw(random);
      if (choice < company.kinds().size()) {
        var known = BoxVector.of(partner.box());
        return placed(company.kinds().get(choice), company.boxes().get(choice).next(known, random));
      }
    }
    int kind = frequencies.draw(random);
    return placed(kind, kinds.get(kind).box().next(random));
  }

  private static Optional<Placed> placed(int kind, double[] vector) {
    return BoxVector.box(vector).map(box -> new Placed(kind, box));
  }

  private Layout layout(List<Placed> placed, CounterRandom random) {
    var regions = new ArrayList<Region>();
    for (var one : placed) {
      var kind = kinds.get(one.kind());
      regions.add(
          new Region(kind.phrases().get(kind.phrase().draw(random)), kind.name(), one.box()));
    }
    return new Layout(Wording.caption(regions.stream().map(Region::phrase).toList()), regions);
  }
}
