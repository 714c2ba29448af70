package ai.echogen.train.step;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.echogen.objectives.Objective;
import ai.echogen.torch.Tensors;
import ai.echogen.torch.weights.FlatWeights;
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
import java.io.IOException;
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
  private final MicroShards<S> microShards;

  /** As {@link Exchange}. */
  Synchronous(
      Objective<S> objective,
      TrainerSettings settings,
      double lrScale,
      NDArray weights,
      Threads threads) {
    super(objective, settings, lrScale, weights, threads);
    this.moments = optimizer.moments(manager, weights.size());
    this.tree = new SumTree(settings.microShards());
    this.microShards = microShards(allReduce);
  }

  @Override
  public Outcome advance(Peers peers, boolean regroup)
      throws GenerationOver, IOException, InterruptedException {
    var nodes =
        IntStream.range(0, peers.size())
            .mapToObj(rank -> tree.nodes(first(rank, peers), first(rank + 1, peers)))
            .toList();
    long now = step;
    int from = first(peers.rank(), peers);
    int to = first(peers.rank() + 1, peers);
    buffers.giveBackAll();
    try (var scratch = Tensors.on(device)) {
      var counted = totals.of(peers, now, end, from, to);
      var range = new MicroShards.Range(tree, 0, now, from, to, BatchTotals.counts(counted));
      var own = microShards.gradients(scratch, weights, range);
      long start = System.nanoTime();
      var contribution = new Contribution(exchangeSeconds, regroup, own.metrics(), own.sides());
      var sum =
          allReduce.sum(peers, "s" + now, tree, nodes, own.parts(), note(peers, contribution));
      exchangeSeconds = (System.nanoTime() - start) / 1e9;
      var all =
          peers.size() == 1
              ? List.of(contribution)
              : sum.notes().stream().map(note -> Contribution.decoded(scratch, note)).toList();
      long hash = peers.rank() == 0 && objective.hashesGradients() ? hash(sum.total()) : 0;
      step = NOWHERE; // weights that are half changed are nobody's state
      var record = record(now, all, sum.norm(), counted, hash);
      update(now, sum, record);
      objective.afterStep(now, weights, sides(all));
      step = now + 1;
      return outcome(List.of(record), all.get(0).regroup());
    }
  }

  private static byte[] note(Peers peers, Contribution contribution) {
    return peers.size() == 1 ? new byte[0] : contribution.encoded();
  }

  private int first(int rank, Peers peers) {
    return (int) ((long) rank * settings.microShards() / peers.size());
  }

  private void update(long at, AllReduce.Sum sum, StepRecord record) throws InterruptedException {
    if (record.skipped()) {
      return;
    }
    var now = new Optimizer.Step(at, record.lr(), optimizer.clipFactor(sum.norm()));
    threads.run(
        optimizer.numUpdates(), unit -> optimizer.update(unit, weights, sum.total(), moments, now));
  }

  /** The first 48 bits of a tensor's SHA-256: as many as a double holds. */
  private static long hash(NDArray values) {
    return Long.parseLong(FlatWeights.sha256(values).substring(0, 12), 16);
  }

  private StepRecord record(
      long at, List<Contribution> all, double norm, long[] counted, long hash) {
    var rows = all.stream().flatMap(one -> one.metrics().stream()).toList();
    var metrics = StepRecord.sum(rows, objective.metrics().size());
    boolean skipped = !Double.isFinite(norm) || !Double.isFinite(metrics[0]);
    double seconds = all.size() == 1 ? exchangeSeconds : Contribution.leastSeconds(all);
    return record(at, metrics, norm, skipped, counted, seconds, hash);
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
    step = NOWHERE;
    return stateShard();
  }

  @Override
  public void filled(String key, long at) {
    step = at;
  }
}
