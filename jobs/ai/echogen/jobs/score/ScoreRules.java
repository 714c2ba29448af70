package ai.echogen.jobs.score;

import ai.echogen.config.Check;
import ai.echogen.scoring.benchmarks.CocoLayoutBenchmark.Areas;
import ai.echogen.scoring.benchmarks.CocoLayoutBenchmark.Crowds;
import ai.echogen.scoring.benchmarks.GroundingBenchmark.RuleName;
import ai.echogen.scoring.benchmarks.InstanceBenchmark.ClassNames;
import ai.echogen.scoring.metrics.ClipScore;
import java.util.List;

/**
 * The rules of the protocols, the group {@code score.rules} of reference.conf. Each is of some
 * benchmarks only, and stands in the result of these.
 *
 * @param side of the square that pictures are scaled to for the judge; 0: as they are
 * @param grounding when a box counts as found
 * @param areas pixels that COCO's sizes are measured in
 * @param crowds what becomes of COCO's boxes around many objects
 * @param minShare of its picture that a box must have more of to be asked for
 * @param fewest boxes that are left, for a picture to be of the benchmark
 * @param most the same; 0: no limit
 * @param without classes that are never asked for
 * @param classes what the detector is to see for a region
 * @param leastOverlap IoU that two wanted boxes must have more of to count as overlapping
 * @param levels difficulties from which on a layout is regular, and complex
 * @param near distance that counts as near, in pixels of {@code side}
 * @param clip which of the numbers that are called CLIP score
 */
public record ScoreRules(
    int side,
    RuleName grounding,
    Areas areas,
    Crowds crowds,
    double minShare,
    int fewest,
    int most,
    List<String> without,
    ClassNames classes,
    double leastOverlap,
    List<Double> levels,
    double near,
    ClipScore clip) {
  private static final int MOST_SIDE = 8192;

  public ScoreRules {
    without = List.copyOf(without);
    levels = List.copyOf(levels);
    boolean areLevels = levels.isEmpty() || levels.size() == 2 && levels.get(0) <= levels.get(1);
    new Check()
        .that("side", side >= 0 && side <= MOST_SIDE, "must be 0 to 8192, got " + side)
        .that("minShare", minShare >= 0 && minShare < 1, "must be in [0, 1), got " + minShare)
        .that("fewest", fewest >= 1, "must be >= 1, got " + fewest)
        .that("most", most == 0 || most >= fewest, "must be 0 or >= fewest, got " + most)
        .that(
            "leastOverlap",
            leastOverlap >= 0 && leastOverlap < 1,
            "must be in [0, 1), got " + leastOverlap)
        .that("levels", areLevels, "must be none or two that rise, got " + levels)
        .that("near", near > 0, "must be > 0, got " + near)
        .that(
            "areas",
            areas == Areas.ORIGINAL || side > 0,
            "can be scaled only where side says to how many pixels")
        .orThrow();
  }
}
