package ai.echogen.observe.scores;

import ai.echogen.observe.LineChart;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.commons.math3.stat.correlation.SpearmansCorrelation;

/**
 * How far the reward of Cycle RL can be trusted: whether pictures whose layout the model itself
 * reads back well are those in which an independent detector finds it.
 *
 * @param reward metric of the model's own reading, such as {@code cycle.mean_iou}
 * @param judge the same by the detector, such as {@code layout.mean_iou}
 * @param samples that have both
 * @param rankCorrelation Spearman's, in [-1, 1]; NaN where one of them is constant
 * @param steps means of reward and of judge in groups of equally many samples, by rising reward
 */
record Reliability(
    String reward, String judge, int samples, double rankCorrelation, List<double[]> steps) {
  private static final String REWARD = "cycle.";
  private static final String JUDGE = "layout.";
  private static final int NUM_STEPS = 10;
  private static final int FEWEST = 20; // samples of which anything can be said

  /** For each reward that has a judge; those of too few samples are left out. */
  static List<Reliability> of(List<SampleScores> samples) {
    var all = new ArrayList<Reliability>();
    for (var reward : SampleMetrics.of(samples)) {
      if (reward.startsWith(REWARD)) {
        of(samples, reward, JUDGE + reward.substring(REWARD.length())).ifPresent(all::add);
      }
    }
    return all;
  }

  private static Optional<Reliability> of(List<SampleScores> samples, String reward, String judge) {
    var points = new ArrayList<double[]>();
    for (var sample : samples) {
      var x = sample.number(reward);
      var y = sample.number(judge);
      if (x.isPresent() && y.isPresent()) {
        points.add(new double[] {x.getAsDouble(), y.getAsDouble()});
      }
    }
    if (points.size() < FEWEST) {
      return Optional.empty();
    }
    double correlation =
        new SpearmansCorrelation()
            .correlation(
                points.stream().mapToDouble(point -> point[0]).toArray(),
                points.stream().mapToDouble(point -> point[1]).toArray());
    points.sort(Comparator.comparingDouble(point -> point[0]));
    return Optional.of(new Reliability(reward, judge, points.size(), correlation, steps(points)));
  }

  private static List<double[]> steps(List<double[]> rising) {
    var steps = new ArrayList<double[]>();
    for (int step = 0; step < NUM_STEPS; step++) {
      var part =
          rising.subList(step * rising.size() / NUM_STEPS, (step + 1) * rising.size() / NUM_STEPS);
      steps.add(
          new double[] {
            part.stream().mapToDouble(point -> point[0]).average().orElseThrow(),
            part.stream().mapToDouble(point -> point[1]).average().orElseThrow()
          });
    }
    return steps;
  }

  /** The judge over the reward, and where they would be equal. */
  LineChart chart() {
    var x = steps.stream().mapToDouble(step -> step[0]).toArray();
    return new LineChart(judge + " of pictures with that " + reward, reward, judge)
        .series("judge, mean of a tenth of the pictures", x, y())
        .series("as if the reward were right", x, x);
  }

  private double[] y() {
    return steps.stream().mapToDouble(step -> step[1]).toArray();
  }
}
