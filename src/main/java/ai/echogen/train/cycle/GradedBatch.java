package ai.echogen.train.cycle;

import ai.echogen.layout.Layout;
import ai.echogen.objectives.policy.Advantages;
import ai.echogen.objectives.rewards.RewardSettings.Weighted;
import ai.echogen.train.rollout.GradedGroup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Groups with their rewards joined and their advantages, all in double precision.
 *
 * @param groups with one entry each in what follows
 */
record GradedBatch(List<Graded> groups) {
  /**
   * One group. G drawings, K regions.
   *
   * @param regions (G, K): the weighted sum of the rewards
   * @param rewards (G): its mean over the regions; NaN for a drawing without a reward
   * @param ofImage (G): advantages
   * @param ofRegions (G, K): advantages
   */
  record Graded(
      GradedGroup group,
      double[][] regions,
      double[] rewards,
      double[] ofImage,
      double[][] ofRegions) {
    /** Whether there is nothing to learn from it. */
    boolean isTied(boolean looksAtRegions) {
      boolean tied = Arrays.stream(ofImage).allMatch(advantage -> advantage == 0);
      return tied
          && (!looksAtRegions
              || Arrays.stream(ofRegions).flatMapToDouble(Arrays::stream).allMatch(a -> a == 0));
    }

    Layout layout() {
      return group.prompt().layout();
    }

    /** Whether each drawing has a reward. */
    boolean[] counted() {
      var counted = new boolean[rewards.length];
      for (int i = 0; i < counted.length; i++) {
        counted[i] = !Double.isNaN(rewards[i]);
      }
      return counted;
    }
  }

  static GradedBatch of(List<GradedGroup> groups, List<Weighted> rewards, Advantages.Scale scale) {
    var joined = groups.stream().map(group -> joined(group, rewards)).toList();
    var images = joined.stream().map(GradedBatch::means).toArray(double[][]::new);
    var ofImages = Advantages.of(images, scale);
    var all = new ArrayList<Graded>();
    for (int i = 0; i < groups.size(); i++) {
      var regions = joined.get(i);
      all.add(new Graded(groups.get(i), regions, images[i], ofImages[i], ofRegions(regions)));
    }
    return new GradedBatch(all);
  }

  /** The weighted sum of a group's rewards, (G, K). */
  private static double[][] joined(GradedGroup group, List<Weighted> rewards) {
    int regions = group.prompt().layout().regions().size();
    var sums = new double[group.size()][regions];
    for (int r = 0; r < rewards.size(); r++) {
      for (int i = 0; i < sums.length; i++) {
        for (int k = 0; k < regions; k++) {
          sums[i][k] += rewards.get(r).weight() * group.rewards().get(r)[i][k];
        }
      }
    }
    return sums;
  }

  static double[] means(double[][] rows) {
    return Arrays.stream(rows)
        .mapToDouble(row -> Arrays.stream(row).average().orElse(Double.NaN))
        .toArray();
  }

  /** Each region's advantages over its own group, (G, K). */
  private static double[][] ofRegions(double[][] regions) {
    var advantages = new double[regions.length][regions[0].length];
    for (int k = 0; k < regions[0].length; k++) {
      int region = k;
      var column = Arrays.stream(regions).mapToDouble(row -> row[region]).toArray();
      var ofColumn = Advantages.of(column);
      for (int i = 0; i < advantages.length; i++) {
        advantages[i][k] = ofColumn[i];
      }
    }
    return advantages;
  }
}
