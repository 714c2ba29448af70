package ai.echogen.scoring.benchmarks;

import ai.echogen.config.Check;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which boxes of a true picture a system is asked for, and which pictures are of the benchmark. The
 * usual one of COCO layouts (sg2im, LostGAN, LayoutDiffusion) is a share above 0.02 and 3 to 8
 * boxes.
 *
 * @param minShare of the picture that a box must have more of
 * @param fewest boxes that are left, for the picture to be of the benchmark
 * @param most the same
 * @param without classes that are never asked for
 */
public record CaseFilter(double minShare, int fewest, int most, List<String> without)
    implements Serializable {
  /** Everything stays. */
  public static final CaseFilter NONE = new CaseFilter(0, 1, Integer.MAX_VALUE, List.of());

  public CaseFilter {
    without = List.copyOf(without);
    new Check()
        .that("minShare", minShare >= 0 && minShare < 1, "must be in [0, 1), got " + minShare)
        .that("fewest", fewest >= 1, "must be >= 1, got " + fewest)
        .that("most", most >= fewest, "must be >= fewest, got " + most)
        .orThrow();
  }

  /** The case with what is asked marked so; empty if the picture is not of the benchmark. */
  public Optional<Case> apply(Case sample) {
    double area = (double) sample.width() * sample.height();
    var marked =
        sample.targets().stream()
            .map(
                target ->
                    !target.isAsked()
                            || target.box().area() / area > minShare
                                && !without.contains(target.category())
                        ? target
                        : target.with(Target.Kind.NOT_ASKED))
            .toList();
    long left = marked.stream().filter(Target::isAsked).count();
    return left < fewest || left > most
        ? Optional.empty()
        : Optional.of(sample.withTargets(marked));
  }

  /** For the row of a result. */
  SortedMap<String, String> rules() {
    var rules = new TreeMap<String, String>();
    rules.put("filter.share", "> " + minShare);
    rules.put(
        "filter.boxes",
        most == Integer.MAX_VALUE
            ? String.format(Locale.ROOT, ">= %d", fewest)
            : String.format(Locale.ROOT, "%d to %d", fewest, most));
    rules.put("filter.without", without.isEmpty() ? "none" : String.join(", ", without));
    return rules;
  }
}
