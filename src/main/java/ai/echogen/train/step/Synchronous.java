package ai.echogen.train.step;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.echogen.objectives.Objective;
import ai.echogen.torch.Tensors;
import ai.echogen.train.TrainerSettings;
import ai.echogen.train.checkpoint.StateShard;
import ai.echogen.train.checkpoint.StateShards;
import ai.echogen.train.optim.Moments;
import ai.echogen.train.optim.Optimizer;
import ai.echogen.train.sync.AllReduce;
import ai.echogen.train.sync.Contribution;
import ai.echogen.train.sync.GenerationOver;
import ai.echogen.train.sync.Peers;
import ai.echogen.train.sync.SumTree;
import ai.echogen.train.sync.Threads;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Gradients are added up after every step, and every replica makes the same update: each has the
 * whole state, so one that is left can go on, and a newcomer can be given it.
 */
final class Synchronous<S> extends Exchange<S> {
  private final Moments moments;
  private final SumTree tree;

  /** As {@link Exchange}. */
  Synchronous(
      Objective<S> objective,
      TrainerSettings settings,
      Samples<S> samples,
      double lrScale,
      NDArray weights,
      Threads threads) {
    super(objective, settings, samples, lrScale, weights, threads);
    this.moments = optimizer.moments(manager, weights.size());
    this.tree = new SumTree(settings.microShards());
  }

  @Override
  public Outcome advance(Peers peers, boolean regroup) throws GenerationOver, InterruptedException {
    var nodes =
        IntStream.range(0, peers.size())
            .mapToObj(rank -> tree.nodes(first(rank, peers), first(rank + 1, peers)))
            .toList();
    try (var scratch = Tensors.on(device)) {
      int rank = peers.rank();
      var own =
          microShards.gradients(
              scratch, weights, tree, 0, step, first(rank, peers), first(rank + 1, peers));
      long start = System.nanoTime();
      var contribution = new Contribution(exchangeSeconds, regroup, own.metrics(), own.sides());
      var sum =
          allReduce.sum(peers, "s" + step, tree, nodes, own.parts(), note(peers, contribution));
      exchangeSeconds = (System.nanoTime() - start) / 1e9;
      var all =
          peers.size() == 1
              ? List.of(contribution)
              : sum.notes().stream().map(note -> Contribution.decoded(scratch, note)).toList();
      var record = record(all, sum.norm());
      update(sum, record);
      objective.afterStep(step, weights, sides(all));
      step++;
      return outcome(List.of(record), all.get(0).regroup());
    }
  }

  private static byte[] note(Peers peers, Contribution contribution) {
    return peers.size() == 1 ? new byte[0] : contribution.encoded();
  }

  private int first(int rank, Peers peers) {
    return (int) ((long) rank * settings.microShards() / peers.size());
  }

  private void update(AllReduce.Sum sum, StepRecord record) throws InterruptedException {
    if (record.skipped()) {
      return;
    }
    var now = new Optimizer.Step(step, record.lr(), optimizer.clipFactor(sum.norm()));
    threads.run(
        optimizer.numUpdates(), unit -> optimizer.update(unit, weights, sum.total(), moments, now));
  }

  private StepRecord record(List<Contribution> all, double norm) {
    var rows = all.stream().flatMap(one -> one.metrics().stream()).toList();
    var metrics = StepRecord.sum(rows, objective.metrics().size());
    boolean skipped = !Double.isFinite(norm) || !Double.isFinite(metrics[0]);
    double seconds = all.size() == 1 ? exchangeSeconds : Contribution.leastSeconds(all);
    return record(step, metrics, norm, skipped, seconds);
  }

  private static List<NDList> sides(List<Contribution> all) {
    var sides = new ArrayList<NDList>();
    all.forEach(one -> sides.addAll(one.sides()));
    return sides;
  }

  @Override
  public List<StateShard> stateShards() {
    return step < 0 ? List.of() : List.of(stateShard());
  }

  private StateShard stateShard() {
    return new StateShard(
        StateShards.MODEL,
        step,
        stateShards.tensors(StateShards.MODEL),
        List.of(weights, moments.first(), moments.second()));
  }

  @Override
  public StateShard open(String key) {
    step = -1;
    return stateShard();
  }

  @Override
  public void filled(String key, long at) {
    step = at;
  }
}
