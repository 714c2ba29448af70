package ai.echogen.objectives.policy;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Advantages relative to a group, in double precision (Shao and others, 2402.03300, eq. 4; TRL's
 * conventions): (r − mean) / (deviation + 1e-4), the deviation with Bessel's correction.
 *
 * <p>A reward that is NaN counts nowhere, and its advantage is 0. Where all rewards of a group are
 * equal, every advantage is exactly 0.
 */
public final class Advantages {
  /** What the centred rewards are divided by, or what else is made of them. */
  public enum Scale {
    /** The group's deviation. */
    GROUP,
    /** The deviation of the whole batch. */
    BATCH,
    /** Nothing. */
    NONE,
    /**
     * Rejection sampling: the best eighth of the group, one drawing at least, has equal advantages
     * whose mean over the group is 1, the others have 0. The loss is then the cross-entropy of the
     * best.
     */
    BEST
  }

  private static final double EPSILON = 1e-4;

  private Advantages() {}

  /**
   * The advantages of some groups.
   *
   * @param groups a row of rewards a group
   * @return rows of the same lengths
   */
  public static double[][] of(double[][] groups, Scale scale) {
    double ofAll =
        scale == Scale.BATCH
            ? deviation(Arrays.stream(groups).flatMapToDouble(Arrays::stream).toArray())
            : 0;
    return Arrays.stream(groups)
        .map(
            group ->
                switch (scale) {
                  case GROUP -> of(group, deviation(group) + EPSILON);
                  case BATCH -> of(group, ofAll + EPSILON);
                  case NONE -> of(group, 1);
                  case BEST -> best(group);
                })
        .toArray(double[][]::new);
  }

  /** The advantages of one group, by its own deviation. */
  public static double[] of(double... rewards) {
    return of(rewards, deviation(rewards) + EPSILON);
  }

  private static double[] of(double[] rewards, double divisor) {
    var advantages = new double[rewards.length];
    if (!isTied(rewards)) {
      double mean = mean(rewards);
      for (int i = 0; i < rewards.length; i++) {
        advantages[i] = Double.isNaN(rewards[i]) ? 0 : (rewards[i] - mean) / divisor;
      }
    }
    return advantages;
  }

  private static double[] best(double[] rewards) {
    var advantages = new double[rewards.length];
    if (!isTied(rewards)) {
      int kept = Math.max(1, known(rewards).length / 8);
      IntStream.range(0, rewards.length)
          .filter(i -> !Double.isNaN(rewards[i]))
          .boxed()
          .sorted(Comparator.comparingDouble(i -> -rewards[i])) // stable: the first of equals
          .limit(kept)
          .forEach(i -> advantages[i] = (double) rewards.length / kept);
    }
    return advantages;
  }

  /** Whether there is nothing to learn from: no two rewards differ. */
  public static boolean isTied(double... rewards) {
    var known = known(rewards);
    return Arrays.stream(known).allMatch(reward -> reward == known[0]);
  }

  /** The mean of those that are not NaN; NaN if there is none. */
  public static double mean(double... rewards) {
    return Arrays.stream(known(rewards)).average().orElse(Double.NaN);
  }

  /** The deviation of those that are not NaN; NaN if there are fewer than two. */
  public static double deviation(double... rewards) {
    var known = known(rewards);
    if (known.length < 2) {
      return Double.NaN;
    }
    double mean = mean(known);
    double squares = Arrays.stream(known).map(reward -> (reward - mean) * (reward - mean)).sum();
    return Math.sqrt(squares / (known.length - 1));
  }

  private static double[] known(double[] rewards) {
    return Arrays.stream(rewards).filter(reward -> !Double.isNaN(reward)).toArray();
  }
}
