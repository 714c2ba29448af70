package ai.echogen.observe.scores;

import ai.echogen.layout.Box;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a benchmark knows of one sample; {@link SampleLine} says how it is written down.
 *
 * @param id no other sample has it
 * @param split that it is of
 * @param image the picture that it belongs to, often its own id: a bootstrap draws the samples of
 *     one picture together
 * @param numbers what it gives to each metric, by group; the only group of a metric without any is
 *     {@code ""}
 * @param wanted regions that were asked for
 * @param found for each of these the box that was found, null where none was; or nothing at all,
 *     where a benchmark does not look region by region
 * @param seen what a detector saw in the picture
 * @param drawing path of the picture that was scored, below the directory of the scores
 * @param original path of the true picture
 */
public record SampleScores(
    String id,
    String split,
    String image,
    SortedMap<String, SortedMap<String, Share>> numbers,
    List<Wanted> wanted,
    List<@Nullable Box> found,
    List<Seen> seen,
    @Nullable String drawing,
    @Nullable String original)
    implements Serializable {
  private static final long serialVersionUID = 1;

  /** The group of a metric that has none. */
  public static final String NO_GROUP = "";

  /** A part of a number that is the sum of all sums over the sum of all weights. */
  public record Share(double sum, double weight) implements Serializable {
    public Share {
      if (!Double.isFinite(sum) || !(weight >= 0 && Double.isFinite(weight))) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT, "needs a finite sum and a weight >= 0, got [%s, %s]", sum, weight));
      }
    }
  }

  /** A region that was asked for. */
  public record Wanted(String phrase, Box box) implements Serializable {}

  /**
   * Something that a detector saw.
   *
   * @param score how sure it is
   */
  public record Seen(String name, double score, Box box) implements Serializable {
    public Seen {
      if (!Double.isFinite(score)) {
        throw new IllegalArgumentException("needs a finite score, got " + score);
      }
    }
  }

  public SampleScores {
    requireText("id", id);
    requireText("split", split);
    requireText("image", image);
    numbers = copy(numbers);
    wanted = List.copyOf(wanted);
    found = Collections.unmodifiableList(new ArrayList<>(found));
    seen = List.copyOf(seen);
    if (!found.isEmpty() && found.size() != wanted.size()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "found needs a box or null for each of %d wanted regions, or nothing; got %d",
              wanted.size(),
              found.size()));
    }
    requireBelow("drawing", drawing);
    requireBelow("original", original);
  }

  /** The sample's own number: over all groups of the metric; nothing where it has no weight. */
  public OptionalDouble number(String metric) {
    double sum = 0;
    double weight = 0;
    for (var share : numbers.getOrDefault(metric, Collections.emptySortedMap()).values()) {
      sum += share.sum();
      weight += share.weight();
    }
    return weight > 0 ? OptionalDouble.of(sum / weight) : OptionalDouble.empty();
  }

  /**
   * The picture to look at, as a path: the drawing, else the original; null if there is neither.
   */
  @Nullable String picture() {
    return drawing != null ? drawing : original;
  }

  private static SortedMap<String, SortedMap<String, Share>> copy(
      Map<String, SortedMap<String, Share>> numbers) {
    var copy = new TreeMap<String, SortedMap<String, Share>>();
    numbers.forEach(
        (metric, groups) -> {
          requireText("a metric", metric);
          if (groups.isEmpty() || (groups.containsKey(NO_GROUP) && groups.size() > 1)) {
            throw new IllegalArgumentException(
                "%s needs one share, or one for each named group; got groups %s"
                    .formatted(metric, groups.keySet()));
          }
          copy.put(metric, Collections.unmodifiableSortedMap(new TreeMap<>(groups)));
        });
    return Collections.unmodifiableSortedMap(copy);
  }

  private static void requireText(String what, String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException(what + " must be a text, got \"" + text + "\"");
    }
  }

  /** A path must lead to a file below the directory, whatever directory that is. */
  private static void requireBelow(String what, @Nullable String path) {
    if (path == null) {
      return;
    }
    boolean isBelow = path.indexOf('\\') < 0 && path.indexOf(':') < 0 && path.indexOf('\0') < 0;
    for (var name : path.split("/", -1)) {
      isBelow &= !name.isBlank() && !name.equals(".") && !name.equals("..");
    }
    if (!isBelow) {
      throw new IllegalArgumentException(
          "%s must be a path below the directory, such as drawings/a.png; got \"%s\""
              .formatted(what, path));
    }
  }
}
