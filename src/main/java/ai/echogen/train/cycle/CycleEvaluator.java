package ai.echogen.train.cycle;

import ai.echogen.layout.NamedLayout;
import ai.echogen.objectives.policy.Advantages;
import ai.echogen.objectives.policy.RolloutGroup;
import ai.echogen.objectives.rewards.RewardSettings.Weighted;
import ai.echogen.train.cluster.Evaluator;
import ai.echogen.train.cluster.Training;
import ai.echogen.train.cycle.GradedBatch.Graded;
import ai.echogen.train.rollout.CycleRollouts;
import ai.echogen.train.rollout.GradedGroup;
import ai.echogen.train.rollout.Prompts;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The reward on held-out prompts, beside what it stands for: the judge, which is no part of the
 * reward, and the drawings' likelihood under the reference.
 *
 * <p>{@code eval.reward}; with a judge {@code eval.judge} (its mean), {@code eval.rank_correlation}
 * (Spearman's, of the reward with the judge within groups: how much the reward can be trusted),
 * {@code eval.judge_best} (of the drawing in each group that the reward likes best); {@code
 * eval.reference_nll}, nats a code.
 */
public final class CycleEvaluator implements Evaluator<RolloutGroup> {
  private static final long STREAM = 0x6576616cL << 32; // apart from the steps
  private static final double MOVED = 0.01;
  private static final double DRIFTED = 0.25; // nats a code

  private final CycleRollouts rollouts;
  private final List<Weighted> rewards;
  private final boolean isJudged;
  private final List<Prompts> items;
  private final PrintStream console;
  private final Watcher watcher;
  private @Nullable Map<String, Double> first;

  /** Is shown the groups of each evaluation. */
  public interface Watcher {
    void see(long step, List<GradedGroup> groups, List<double[]> rewards) throws IOException;
  }

  /**
   * @param rollouts whose rewards are those that count, and after them the judge if there is one
   * @param rewards those that count
   * @param prompts held-out ones
   * @param console is told when reward and judge part
   */
  public CycleEvaluator(
      CycleRollouts rollouts,
      List<Weighted> rewards,
      List<NamedLayout> prompts,
      int promptsAtOnce,
      Watcher watcher,
      PrintStream console) {
    this.rollouts = rollouts;
    this.rewards = List.copyOf(rewards);
    this.isJudged = rollouts.how().rewards().size() > rewards.size();
    this.watcher = watcher;
    this.console = console;
    var all = new ArrayList<Prompts>();
    var decoys = Prompts.phrases(prompts, Prompts.MOST_DECOYS);
    for (int from = 0; from < prompts.size(); from += promptsAtOnce) {
      int to = Math.min(prompts.size(), from + promptsAtOnce);
      all.add(new Prompts(STREAM, prompts.subList(from, to), decoys));
    }
    this.items = all;
  }

  @Override
  public Optional<Map<String, Double>> of(Training<RolloutGroup> training) throws IOException {
    var found = training.map(rollouts, items);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    var groups = new ArrayList<GradedGroup>();
    found.get().forEach(groups::addAll);
    var graded = GradedBatch.of(groups, rewards, Advantages.Scale.GROUP).groups();
    var values = new LinkedHashMap<String, Double>();
    values.put(
        "eval.reward", mean(graded.stream().flatMapToDouble(g -> DoubleStream.of(g.rewards()))));
    if (isJudged) {
      judge(graded, values);
    }
    values.put(
        "eval.reference_nll",
        -mean(
            groups.stream()
                .flatMap(group -> Arrays.stream(group.reference()))
                .flatMapToDouble(CycleEvaluator::doubles)));
    watcher.see(training.step(), groups, graded.stream().map(Graded::rewards).toList());
    warn(training.step(), values);
    return Optional.of(values);
  }

  private void judge(List<Graded> graded, Map<String, Double> values) {
    int judge = rewards.size();
    var judged =
        graded.stream().map(g -> GradedBatch.means(g.group().rewards().get(judge))).toList();
    values.put("eval.judge", mean(judged.stream().flatMapToDouble(DoubleStream::of)));
    var correlations = new ArrayList<Double>();
    var ofBest = new ArrayList<Double>();
    for (int i = 0; i < judged.size(); i++) {
      var reward = graded.get(i).rewards();
      correlations.add(RankCorrelation.of(reward, judged.get(i)));
      ofBest.add(judged.get(i)[best(reward)]);
    }
    values.put(
        "eval.rank_correlation", mean(correlations.stream().mapToDouble(Double::doubleValue)));
    values.put("eval.judge_best", mean(ofBest.stream().mapToDouble(Double::doubleValue)));
  }

  /** Says so when the reward rises while what it stands for does not. */
  private void warn(long step, Map<String, Double> values) {
    if (first == null) {
      first = Map.copyOf(values);
      return;
    }
    double reward = change("eval.reward", values);
    double judge = change("eval.judge", values);
    double drift = change("eval.reference_nll", values);
    if (reward > MOVED && (judge < -MOVED || drift > DRIFTED)) {
      console.printf(
          Locale.ROOT,
          "step %d: the reward has risen by %.3f while %s: it may be hacked; lower train.optim.lr, give loss.kl or anchor.weight, or take another reward%n",
          step,
          reward,
          judge < -MOVED
              ? String.format(Locale.ROOT, "the judge fell by %.3f", -judge)
              : String.format(
                  Locale.ROOT,
                  "the drawings have become %.2f nats a code less likely under the reference",
                  drift));
    }
  }

  private double change(String key, Map<String, Double> values) {
    var before = first == null ? null : first.get(key);
    var now = values.get(key);
    return before == null || now == null ? 0 : now - before;
  }

  private static int best(double[] rewards) {
    int best = 0;
    for (int i = 1; i < rewards.length; i++) {
      best = rewards[i] > rewards[best] ? i : best;
    }
    return best;
  }

  private static DoubleStream doubles(float[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]);
  }

  private static double mean(DoubleStream values) {
    return values.filter(value -> !Double.isNaN(value)).average().orElse(Double.NaN);
  }
}
