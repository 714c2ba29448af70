package ai.echogen.scoring.metrics;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * T2I-CompBench's spatial score, over what any detector sees: a quarter of the sureness of each of
 * the two objects, and half of how well they stand ({@link SpatialRelation}); what is below 0.5 in
 * all counts as 0. Of several detections of one name the first counts.
 *
 * <p>Names: {@code spatial} (mean over images), {@code spatial_RELATION} over the images of one
 * relation, {@code relation} (mean of how well they stand where both are seen) and {@code
 * both_seen} (share). Prompts without a relation are left out.
 */
public final class SpatialScores {
  /** Why a prompt gives no number. */
  public static final String NO_RELATION = "no relation in the prompt";

  private static final double LEAST = 0.5;
  private static final Set<String> PEOPLE = Set.of("girl", "boy", "man", "woman");

  private final double near;
  private final RatioTable table = new RatioTable();

  /**
   * @param near distance of centres that counts as near, in pixels; 150 in the benchmark
   */
  public SpatialScores(double near) {
    this.near = near;
  }

  /**
   * Adds an image.
   *
   * @param prompt in which the relation is looked for
   * @param first name of the object that stands somewhere; people are all {@code person}
   * @param second name of the other
   * @param seen in the image, the surest first
   * @param width of the image, in the pixels that {@code near} is meant in
   */
  public void add(
      String id,
      String prompt,
      String first,
      String second,
      List<Detection> seen,
      double width,
      double height) {
    var relation = SpatialRelation.in(prompt);
    if (relation.isEmpty()) {
      table.leaveOut(NO_RELATION);
      return;
    }
    var one = find(first, seen);
    var other = find(second, seen);
    double score = one.map(Detection::score).orElse(0.0) / 4;
    score += other.map(Detection::score).orElse(0.0) / 4;
    var row = table.row(id);
    if (one.isPresent() && other.isPresent()) {
      double stands =
          relation
              .get()
              .score(
                  PixelBox.of(one.get().box(), width, height),
                  PixelBox.of(other.get().box(), width, height),
                  near);
      score += stands / 2;
      row.add("relation", stands, 1);
    }
    double counted = score < LEAST ? 0 : score;
    row.add("spatial", counted, 1);
    row.add("spatial_" + relation.get().name().toLowerCase(Locale.ROOT), counted, 1);
    row.add("both_seen", one.isPresent() && other.isPresent() ? 1 : 0, 1);
  }

  /** What the numbers are made of. */
  public RatioTable table() {
    return table;
  }

  /** The class that a noun is looked for under: {@code person} for people, else itself. */
  public static String category(String noun) {
    return PEOPLE.contains(noun) ? "person" : noun;
  }

  private static Optional<Detection> find(String name, List<Detection> seen) {
    var category = category(name);
    return seen.stream().filter(detection -> detection.category().equals(category)).findFirst();
  }
}
