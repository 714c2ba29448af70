package ai.echogen.observe.scores;

import ai.echogen.layout.Box;
import ai.echogen.observe.scores.SampleScores.Seen;
import ai.echogen.observe.scores.SampleScores.Wanted;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A sample as a page shows it.
 *
 * @param values of the page's columns, NaN where there is none
 * @param sides what each system made of it
 */
record Case(String id, String split, double[] values, List<Wanted> wanted, List<Side> sides) {
  /**
   * @param found a box or null for each wanted region, or nothing
   * @param picture path below the system's directory
   */
  record Side(List<@Nullable Box> found, List<Seen> seen, @Nullable String picture) {}

  /**
   * A case of one system, or of several on the same sample.
   *
   * @param samples one of each system; what is wanted is the first's
   */
  static Case of(List<SampleScores> samples, double[] values) {
    var first = samples.get(0);
    var sides = new ArrayList<Side>();
    for (var sample : samples) {
      var found =
          sample.wanted().size() == first.wanted().size()
              ? sample.found()
              : List.<@Nullable Box>of();
      sides.add(new Side(found, sample.seen(), sample.picture()));
    }
    return new Case(first.id(), first.split(), values, first.wanted(), sides);
  }
}
