package ai.echogen.data.layouts;

import java.io.Serializable;
import java.util.Comparator;
import java.util.List;

/**
 * What the layouts of a split are like: how many regions they have, of which categories, which of
 * these come together, and where their boxes lie. Boxes are four numbers each: centre x and y, and
 * the logarithms of width and height.
 *
 * @param origin where they were counted
 * @param images rows
 * @param regionsPerImage how many images have 0, 1, … 10 regions
 * @param longTexts regions whose category has too many letters to be kept
 * @param boxes of all regions
 * @param categories the most frequent, these first
 * @param pairs of categories that come together often, the most frequent first
 */
public record CorpusStatistics(
    Origin origin,
    long images,
    List<Long> regionsPerImage,
    long longTexts,
    Spread boxes,
    List<Category> categories,
    List<Pair> pairs) {
  /**
   * What one region's company weighs in all: a number that can be divided by 1 to 9, so that each
   * of its {@code n - 1} companions weighs a whole number. So an image with ten regions says no
   * more of a region's company than one with two.
   */
  public static final int COMPANY = 2520;

  public CorpusStatistics {
    regionsPerImage = List.copyOf(regionsPerImage);
    categories = List.copyOf(categories);
    pairs = List.copyOf(pairs);
  }

  /**
   * Where layouts were counted, for people.
   *
   * @param data shard directory
   * @param split of it
   * @param fingerprint of the split's files
   */
  public record Origin(String data, String split, String fingerprint) {}

  /**
   * A category and its regions.
   *
   * @param count how many there are
   * @param inCompany how many of them are not alone in their image
   * @param phrases their most frequent phrases, these first
   */
  public record Category(
      String name, long count, long inCompany, List<Phrase> phrases, Spread boxes) {
    public Category {
      phrases = List.copyOf(phrases);
    }
  }

  /** A phrase and how often it occurs: frequent ones first, equally frequent ones by alphabet. */
  public record Phrase(String text, long count) implements Comparable<Phrase>, Serializable {
    private static final Comparator<Phrase> ORDER =
        Comparator.comparingLong(Phrase::count).reversed().thenComparing(Phrase::text);

    @Override
    public int compareTo(Phrase other) {
      return ORDER.compare(this, other);
    }
  }

  /**
   * Regions of two categories in one image.
   *
   * @param first place of one category in the list
   * @param second place of the other, not before it
   * @param weight sum over the first one's regions of the second one's share of their company, in
   *     parts of {@link #COMPANY}; it is the same the other way round
   * @param boxes of the first and of the second, as one vector of eight numbers; of two regions of
   *     one category in either order, so that each pair counts twice
   */
  public record Pair(int first, int second, long weight, Spread boxes) {}
}
