package ai.echogen.train.cycle;

import ai.echogen.layout.NamedLayout;
import ai.echogen.objectives.LayoutTokens;
import ai.echogen.objectives.policy.Advantages;
import ai.echogen.objectives.policy.Readings;
import ai.echogen.objectives.policy.RolloutGroup;
import ai.echogen.objectives.rewards.RewardSettings.Weighted;
import ai.echogen.observe.MetricSink;
import ai.echogen.train.TrainingException;
import ai.echogen.train.cluster.Supply;
import ai.echogen.train.cluster.Training;
import ai.echogen.train.cycle.GradedBatch.Graded;
import ai.echogen.train.rollout.CycleRollouts;
import ai.echogen.train.rollout.GradedGroup;
import ai.echogen.train.rollout.Prompts;
import ai.echogen.train.rollout.RolloutFeed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.DoubleStream;

/**
 * Rollouts as a training's samples: prompts of the step → drawings, readings, rewards on the
 * executors → advantages on the driver, with tied groups replaced → the samples of the next
 * updates.
 */
public final class CycleSupply implements Supply<RolloutGroup> {
  /** Real samples for the anchor, a pure function of the step. */
  public interface Anchors {
    List<LayoutTokens> at(long step) throws IOException;
  }

  private final CycleRollouts rollouts;
  private final CycleSettings settings;
  private final int prompts;
  private final PromptStream stream;
  private final Anchors anchors;
  private final Optional<Ledger> ledger;
  private Optional<Portion<RolloutGroup>> current = Optional.empty();
  private long madeAt = Long.MIN_VALUE;
  private long lastEnd;

  /**
   * @param prompts a step
   * @param ledger is told of every rollout, if there is one
   */
  public CycleSupply(
      CycleRollouts rollouts,
      CycleSettings settings,
      int prompts,
      PromptStream stream,
      Anchors anchors,
      Optional<Ledger> ledger) {
    this.rollouts = rollouts;
    this.settings = settings;
    this.prompts = prompts;
    this.stream = stream;
    this.anchors = anchors;
    this.ledger = ledger;
  }

  @Override
  public Optional<Portion<RolloutGroup>> next(Training<RolloutGroup> training, MetricSink metrics)
      throws IOException {
    long step = training.step();
    if (current.isPresent() && step >= madeAt && step < current.get().until()) {
      return current;
    }
    if (step % settings.innerEpochs() != 0) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "step %d is in the middle of %d updates on the same rollouts",
              step,
              settings.innerEpochs()));
    }
    if (step != madeAt + settings.innerEpochs()) {
      resumeLedger(step); // at the beginning, and where the weights went back
    }
    long start = System.nanoTime();
    var found = collect(training, step);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    var all = found.get();
    var values = metrics(all);
    long end = System.nanoTime();
    values.put("time/rollout_s", (end - start) / 1e9);
    if (lastEnd != 0 && step == madeAt + settings.innerEpochs()) {
      values.put("time/update_s", (start - lastEnd) / 1e9); // with evaluations and checkpoints
    }
    lastEnd = end;
    metrics.log(step + 1, values);
    ledger.ifPresent(kept -> kept.add(step, all.kept(), all.left(), step + settings.innerEpochs()));
    current =
        Optional.of(
            new Portion<>(
                new RolloutFeed<>(step, samples(step, all.kept()), 1),
                step + settings.innerEpochs(),
                true));
    madeAt = step;
    return current;
  }

  @Override
  public void flush() {
    ledger.ifPresent(Ledger::flush);
  }

  private void resumeLedger(long step) throws IOException {
    if (ledger.isPresent()) {
      ledger.get().resume(step);
    }
  }

  /** What came of a step's prompts: groups to learn from, and groups without anything to learn. */
  private record Collected(List<Graded> kept, List<Graded> tied, List<Graded> surplus) {
    List<Graded> all() {
      var all = new ArrayList<>(kept);
      all.addAll(left());
      return all;
    }

    List<Graded> left() {
      var left = new ArrayList<>(tied);
      left.addAll(surplus);
      return left;
    }
  }

  private Optional<Collected> collect(Training<RolloutGroup> training, long step)
      throws IOException {
    var candidates = stream.at(step, settings.candidates(prompts));
    var decoys = Prompts.phrases(candidates, Prompts.MOST_DECOYS);
    var kept = new ArrayList<Graded>();
    var tied = new ArrayList<Graded>();
    int next = 0;
    while (kept.size() < prompts && next < candidates.size()) {
      int wanted = next == 0 ? settings.drawn(prompts) : prompts - kept.size();
      int to = Math.min(candidates.size(), next + wanted);
      var groups = training.map(rollouts, items(step, candidates.subList(next, to), decoys));
      if (groups.isEmpty()) {
        return Optional.empty();
      }
      next = to;
      var flat = new ArrayList<GradedGroup>();
      groups.get().forEach(flat::addAll);
      for (var graded : GradedBatch.of(flat, rewards(), settings.scale()).groups()) {
        (graded.isTied(settings.credit().image() < 1) ? tied : kept).add(graded);
      }
    }
    var surplus = surplus(kept);
    kept.removeAll(surplus);
    if (kept.isEmpty()) {
      throw new TrainingException(
          String.format(
              Locale.ROOT,
              "step %d: all %d groups have equal rewards, so nothing can be learnt: raise the temperature or the group, or take another reward",
              step,
              tied.size()));
    }
    var together = kept.stream().map(Graded::group).toList(); // one batch, wherever they come from
    return Optional.of(
        new Collected(
            GradedBatch.of(together, rewards(), settings.scale()).groups(), tied, surplus));
  }

  /** Those whose rewards differ least, where there are more than a step learns from. */
  private List<Graded> surplus(List<Graded> groups) {
    return groups.stream()
        .sorted(Comparator.comparingDouble(g -> -Advantages.deviation(g.rewards())))
        .skip(prompts)
        .toList();
  }

  private List<Prompts> items(long step, List<NamedLayout> layouts, List<String> decoys) {
    var items = new ArrayList<Prompts>();
    for (int from = 0; from < layouts.size(); from += settings.promptsAtOnce()) {
      int to = Math.min(layouts.size(), from + settings.promptsAtOnce());
      items.add(new Prompts(step, layouts.subList(from, to), decoys));
    }
    return items;
  }

  private List<Weighted> rewards() {
    return rollouts.how().rewards();
  }

  private List<RolloutGroup> samples(long step, List<Graded> kept) throws IOException {
    var real = anchors.at(step);
    var samples = new ArrayList<RolloutGroup>();
    for (int i = 0; i < kept.size(); i++) {
      var graded = kept.get(i);
      var group = graded.group();
      samples.add(
          new RolloutGroup(
              step,
              group.text(),
              group.codes(),
              group.logProbabilities(),
              group.reference(),
              advantages(graded),
              readings(graded),
              graded.counted(),
              share(real, i, kept.size())));
    }
    return samples;
  }

  /** The real samples that go with one of so many groups. */
  static List<LayoutTokens> share(List<LayoutTokens> real, int group, int groups) {
    var own = new ArrayList<LayoutTokens>();
    for (int i = group; i < real.size(); i += groups) {
      own.add(real.get(i));
    }
    return own;
  }

  private Readings readings(Graded graded) {
    var old = graded.group().boxLogProbabilities();
    if (old.length == 0) {
      return Readings.NONE;
    }
    var advantages = new float[old.length][];
    for (int i = 0; i < advantages.length; i++) {
      advantages[i] =
          settings.credit().ofBoxes(old[i].length, graded.ofImage()[i], graded.ofRegions()[i]);
    }
    return new Readings(graded.group().questions(), old, advantages);
  }

  private float[][] advantages(Graded graded) {
    var codes = graded.group().codes();
    var advantages = new float[codes.length][];
    for (int i = 0; i < advantages.length; i++) {
      advantages[i] =
          settings
              .credit()
              .of(graded.layout(), codes[i].length, graded.ofImage()[i], graded.ofRegions()[i]);
    }
    return advantages;
  }

  /** Under TRL's names where it has them. */
  private Map<String, Double> metrics(Collected collected) {
    var all = collected.all();
    var values = new TreeMap<String, Double>();
    values.put("reward", mean(all.stream().flatMapToDouble(g -> DoubleStream.of(g.rewards()))));
    values.put(
        "reward_std", mean(all.stream().mapToDouble(g -> Advantages.deviation(g.rewards()))));
    values.put(
        "frac_reward_zero_std",
        mean(all.stream().mapToDouble(g -> Advantages.isTied(g.rewards()) ? 1 : 0)));
    values.put("groups/refilled", (double) all.size() - settings.drawn(prompts));
    values.put("groups/tied", (double) collected.tied().size());
    values.put("groups/surplus", (double) collected.surplus().size());
    values.put(
        "rollouts/without_reward",
        (double)
            all.stream()
                .flatMapToDouble(g -> DoubleStream.of(g.rewards()))
                .filter(Double::isNaN)
                .count());
    times(all, values);
    var rewards = rewards();
    for (int i = 0; i < rewards.size(); i++) {
      int reward = i;
      var each =
          all.stream()
              .flatMapToDouble(
                  g -> DoubleStream.of(GradedBatch.means(g.group().rewards().get(reward))))
              .toArray();
      var name = "rewards/" + rewards.get(i).reward().key();
      values.put(name + "/mean", Advantages.mean(each));
      values.put(name + "/std", Advantages.deviation(each));
    }
    var byRegions = new TreeMap<Integer, List<Double>>();
    for (var graded : all) {
      var list =
          byRegions.computeIfAbsent(graded.layout().regions().size(), n -> new ArrayList<>());
      DoubleStream.of(graded.rewards()).forEach(list::add);
    }
    byRegions.forEach(
        (regions, list) ->
            values.put(
                "reward/regions_" + regions, mean(list.stream().mapToDouble(Double::doubleValue))));
    return values;
  }

  /** Seconds of all threads together. */
  private static void times(List<Graded> all, Map<String, Double> values) {
    var times = all.stream().map(graded -> graded.group().times()).toList();
    values.put("time/draw_s", times.stream().mapToDouble(GradedGroup.Times::draw).sum());
    values.put("time/ground_s", times.stream().mapToDouble(GradedGroup.Times::ground).sum());
    values.put("time/reward_s", times.stream().mapToDouble(GradedGroup.Times::reward).sum());
    values.put("time/score_s", times.stream().mapToDouble(GradedGroup.Times::score).sum());
  }

  private static double mean(DoubleStream values) {
    return values.filter(value -> !Double.isNaN(value)).average().orElse(Double.NaN);
  }
}
