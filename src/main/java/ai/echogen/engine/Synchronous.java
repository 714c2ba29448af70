package ai.echogen.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.echogen.stages.Stage;
import ai.echogen.torch.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Gradients are added up after every step, and every replica makes the same update: each has the
 * whole state, so one that is left can go on, and a newcomer can be given it.
 */
final class Synchronous<S> implements Exchange {
  private final Stage<S> stage;
  private final TrainerSettings settings;
  private final Samples<S> samples;
  private final double lrScale;
  private final Device device;
  private final NDManager manager;
  private final Threads threads;
  private final Reduction reduction;
  private final MicroShards<S> microShards;
  private final Optimizer optimizer;
  private final NDArray weights;
  private final Moments moments;
  private final SumTree tree;
  private final Shelves shelves;
  private long step = -1;
  private int skippedInRow;
  private double exchangeSeconds;

  /**
   * @param weights flat (P) on {@code device}, trained in place; the caller keeps and closes them
   * @param lrScale factor on every learning rate
   */
  Synchronous(
      Stage<S> stage,
      TrainerSettings settings,
      Samples<S> samples,
      double lrScale,
      NDArray weights,
      Threads threads) {
    this.stage = stage;
    this.settings = settings;
    this.samples = samples;
    this.lrScale = lrScale;
    this.device = weights.getDevice();
    this.manager = Tensors.on(device);
    this.threads = threads;
    this.reduction = new Reduction(weights.size(), settings.exchange().wire(), threads);
    this.microShards = new MicroShards<>(stage, settings, samples, threads, reduction);
    this.optimizer = new Optimizer(settings.optim(), stage.groups());
    this.weights = weights;
    this.moments = optimizer.moments(manager, weights.size());
    this.tree = new SumTree(settings.microShards());
    this.shelves = new Shelves(settings);
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
          reduction.sum(peers, "s" + step, tree, nodes, own.parts(), note(peers, contribution));
      exchangeSeconds = (System.nanoTime() - start) / 1e9;
      var all =
          peers.size() == 1
              ? List.of(contribution)
              : sum.notes().stream().map(note -> Contribution.decoded(scratch, note)).toList();
      var record = record(all, sum.norm());
      update(sum, record);
      stage.afterStep(step, weights, sides(all));
      step++;
      return new Outcome(
          List.of(record), all.get(0).regroup(), skippedInRow >= settings.divergence().steps());
    }
  }

  private static byte[] note(Peers peers, Contribution contribution) {
    return peers.size() == 1 ? new byte[0] : contribution.encoded();
  }

  private int first(int rank, Peers peers) {
    return (int) ((long) rank * settings.microShards() / peers.size());
  }

  private void update(Reduction.Sum sum, StepRecord record) throws InterruptedException {
    if (record.skipped()) {
      skippedInRow++;
      return;
    }
    skippedInRow = 0;
    var now = new Optimizer.Step(step, record.lr(), optimizer.clipFactor(sum.norm()));
    threads.run(
        optimizer.numUpdates(), unit -> optimizer.update(unit, weights, sum.total(), moments, now));
  }

  private StepRecord record(List<Contribution> all, double norm) {
    var rows = all.stream().flatMap(one -> one.metrics().stream()).toList();
    var metrics = StepRecord.sum(rows, stage.metrics().size());
    var batch = microShards.batch(step);
    return new StepRecord(
        step,
        metrics,
        norm,
        lrScale * settings.optim().lrAt(step, settings.steps()),
        !Double.isFinite(norm) || !Double.isFinite(metrics[0]),
        batch.size(),
        batch.stream().mapToLong(samples.length()::applyAsInt).sum(),
        all.size() == 1 ? exchangeSeconds : Contribution.leastSeconds(all));
  }

  private static List<NDList> sides(List<Contribution> all) {
    var sides = new ArrayList<NDList>();
    all.forEach(one -> sides.addAll(one.sides()));
    return sides;
  }

  @Override
  public long takeBytesSent() {
    return reduction.takeBytesSent();
  }

  @Override
  public long step() {
    return step;
  }

  @Override
  public List<Shelf> shelves() {
    return step < 0 ? List.of() : List.of(shelf());
  }

  private Shelf shelf() {
    return new Shelf(
        Shelves.MODEL,
        step,
        shelves.tensors(Shelves.MODEL),
        List.of(weights, moments.first(), moments.second()));
  }

  @Override
  public Shelf open(String key) {
    step = -1;
    return shelf();
  }

  @Override
  public void filled(String key, long at) {
    step = at;
  }

  @Override
  public void settle(long at, int skipped, Predicate<String> kept) {
    if (at != step) {
      throw new IllegalStateException("the weights stand at step %d, not %d".formatted(step, at));
    }
    skippedInRow = skipped;
  }

  @Override
  public int skippedInRow() {
    return skippedInRow;
  }

  @Override
  public void close() {
    optimizer.close();
    reduction.close();
    manager.close();
  }
}
