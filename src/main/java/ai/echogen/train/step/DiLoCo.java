package ai.echogen.train.step;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.echogen.objectives.Objective;
import ai.echogen.torch.Tensors;
import ai.echogen.train.ExchangeSettings;
import ai.echogen.train.TrainerSettings;
import ai.echogen.train.checkpoint.StateShard;
import ai.echogen.train.checkpoint.StateShards;
import ai.echogen.train.optim.Moments;
import ai.echogen.train.optim.Optimizer;
import ai.echogen.train.optim.OuterStep;
import ai.echogen.train.sync.AllReduce;
import ai.echogen.train.sync.AllReduce.Part;
import ai.echogen.train.sync.Contribution;
import ai.echogen.train.sync.GenerationOver;
import ai.echogen.train.sync.Peers;
import ai.echogen.train.sync.StateChunks;
import ai.echogen.train.sync.SumTree;
import ai.echogen.train.sync.Threads;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * DiLoCo (Douillard and others, 2023): each logical worker makes H steps of its own, then what the
 * workers moved is averaged and an outer Nesterov step is made with it.
 *
 * <p>A step's batch is the one of the synchronous mode; its micro-shards are dealt to the workers,
 * so equal steps are equal tokens. A worker's gradient is scaled up by the number of workers, that
 * is, to the size of one of the whole batch; losses are divided by the whole batch's exact counts.
 * Logical workers are not executors: an executor works for one or more of them, one after the
 * other, and the moments of a worker are kept by it and by the executor after it, so that losing
 * one costs the round and no more.
 */
final class DiLoCo<S> extends Exchange<S> {
  /** A worker's moments at the round's start, and at its end once it has got there. */
  private static final class LogicalWorker {
    Moments now;
    Moments next;
    long step;
    long nextStep = -1;

    LogicalWorker(Moments now, Moments next, long step) {
      this.now = now;
      this.next = next;
      this.step = step;
    }

    void promote() {
      var old = now;
      now = next;
      next = old;
      step = nextStep;
      nextStep = -1;
    }
  }

  private final ExchangeSettings exchange;
  private final OuterStep outer;
  private final AllReduce inner; // of one worker's gradients, which do not travel
  private final MicroShards<S> microShards;
  private final NDArray velocity;
  private final NDArray local;
  private final Map<Integer, LogicalWorker> workers = new TreeMap<>();

  /** As {@link Exchange}. */
  DiLoCo(
      Objective<S> objective,
      TrainerSettings settings,
      double lrScale,
      NDArray weights,
      Threads threads) {
    super(objective, settings, lrScale, weights, threads);
    this.exchange = settings.exchange();
    this.outer =
        new OuterStep(exchange.outerLr(), exchange.outerMomentum(), weights.size(), device);
    this.inner = new AllReduce(weights.size(), device, ExchangeSettings.Wire.FLOAT32, threads);
    this.microShards = microShards(inner);
    this.velocity = manager.zeros(new Shape(weights.size()));
    this.local = manager.zeros(new Shape(weights.size()));
  }

  @Override
  public Outcome advance(Peers peers, boolean regroup)
      throws GenerationOver, IOException, InterruptedException {
    long to = Math.min(settings.steps(), step + exchange.innerSteps());
    var tree = new SumTree(exchange.workers());
    var nodes =
        IntStream.range(0, peers.size())
            .mapToObj(
                rank ->
                    tree.nodes(
                        stateShards.firstWorker(rank, peers.size()),
                        stateShards.firstWorker(rank + 1, peers.size())))
            .toList();
    try (var scratch = Tensors.on(device)) {
      var counted = counted(peers, to);
      var deltas = new ArrayList<Part>();
      var metrics = new ArrayList<double[]>();
      for (int id = stateShards.firstWorker(peers.rank(), peers.size());
          id < stateShards.firstWorker(peers.rank() + 1, peers.size());
          id++) {
        var moved = scratch.zeros(new Shape(weights.size()));
        metrics.addAll(innerSteps(id, to, counted, moved));
        allReduce.leaf(moved);
        deltas.add(new Part(tree.leaf(id), moved));
      }
      long start = System.nanoTime();
      exchangeMoments(peers, to);
      var note = new Contribution(exchangeSeconds, regroup, metrics, List.of());
      var sum = allReduce.sum(peers, "r" + step, tree, nodes, deltas, note.encoded());
      var all = sum.notes().stream().map(one -> Contribution.decoded(scratch, one)).toList();
      long from = step;
      step = NOWHERE; // weights that are half changed are nobody's state
      var records = records(all, from, to, counted);
      if (Double.isFinite(sum.norm())) {
        threads.run(
            outer.numUnits(),
            unit -> outer.apply(unit, weights, velocity, sum.total(), exchange.workers()));
      }
      objective.afterStep(to - 1, weights, List.of());
      exchangeSeconds = (System.nanoTime() - start) / 1e9;
      workers.values().forEach(LogicalWorker::promote);
      step = to;
      return outcome(records, all.get(0).regroup());
    }
  }

  /** The totals of the round's steps. */
  private List<long[]> counted(Peers peers, long to)
      throws GenerationOver, IOException, InterruptedException {
    int share = settings.microShards() / exchange.workers();
    int first = share * stateShards.firstWorker(peers.rank(), peers.size());
    int last = share * stateShards.firstWorker(peers.rank() + 1, peers.size());
    var counted = new ArrayList<long[]>();
    for (long at = step; at < to; at++) {
      counted.add(totals.of(peers, at, end, first, last));
    }
    return counted;
  }

  /**
   * One worker's steps up to {@code to}, from the weights and into {@code moved}.
   *
   * @return rows of metrics, of each step: the objective's, the gradient's norm, and 1 if it was
   *     skipped
   */
  private List<double[]> innerSteps(int id, long to, List<long[]> counted, NDArray moved)
      throws InterruptedException {
    int share = settings.microShards() / exchange.workers();
    var tree = new SumTree(share);
    var worker = worker(id);
    worker.now.copyTo(worker.next);
    weights.copyTo(local);
    var rows = new ArrayList<double[]>();
    int names = objective.metrics().size();
    for (long at = step; at < to; at++) {
      buffers.giveBackAll();
      try (var scratch = Tensors.on(device)) {
        var count = BatchTotals.counts(counted.get((int) (at - step)));
        var range =
            new MicroShards.Range(tree, id * share, at, id * share, (id + 1) * share, count);
        var own = microShards.gradients(scratch, local, range);
        var sum = inner.sumHere(tree, own.parts());
        var row = java.util.Arrays.copyOf(StepRecord.sum(own.metrics(), names), names + 2);
        double norm = exchange.workers() * sum.norm();
        boolean skipped = !Double.isFinite(norm) || !Double.isFinite(row[0]);
        row[names] = norm;
        row[names + 1] = skipped ? 1 : 0;
        rows.add(row);
        if (!skipped) {
          double factor = exchange.workers() * optimizer.clipFactor(norm);
          var now = new Optimizer.Step(at, lr(at), factor);
          threads.run(
              optimizer.numUpdates(),
              unit -> {
                if (optimizer.isSum()) {
                  optimizer.updateFrom(unit, weights, moved, local, sum.total(), now);
                } else {
                  optimizer.update(unit, local, sum.total(), worker.next, now);
                }
              });
        }
      }
    }
    if (!optimizer.isSum()) {
      threads.run(outer.numUnits(), unit -> outer.difference(unit, moved, local, weights));
    }
    worker.nextStep = to;
    return rows;
  }

  /** Gives the new moments of each worker to the replica that keeps them too, before any sum. */
  private void exchangeMoments(Peers peers, long to) throws GenerationOver, InterruptedException {
    int size = peers.size();
    if (size == 1) {
      return;
    }
    int before = (peers.rank() + size - 1) % size;
    var given = nextMoments(peers.rank(), size);
    var taken = nextMoments(before, size);
    for (int i = 0; i < Math.max(given.size(), taken.size()); i++) { // by turns: few are under way
      if (i < given.size()) {
        given
            .get(i)
            .post(peers, second(peers.rank(), size), String.format(Locale.ROOT, "m%d.%d", to, i));
      }
      if (i < taken.size()) {
        taken.get(i).take(peers, before, String.format(Locale.ROOT, "m%d.%d", to, i));
      }
    }
    for (int id = stateShards.firstWorker(before, size);
        id < stateShards.firstWorker(before + 1, size);
        id++) {
      worker(id).nextStep = to;
    }
  }

  /** The new moments of the workers of a rank, in chunks. */
  private List<StateChunks.Chunk> nextMoments(int rank, int size) {
    var chunks = new ArrayList<StateChunks.Chunk>();
    for (int id = stateShards.firstWorker(rank, size);
        id < stateShards.firstWorker(rank + 1, size);
        id++) {
      var next = worker(id).next;
      chunks.addAll(StateChunks.of(List.of(next.first(), next.second())));
    }
    return chunks;
  }

  private List<StepRecord> records(
      List<Contribution> all, long from, long to, List<long[]> counted) {
    int names = objective.metrics().size();
    int count = (int) (to - from);
    var rows = all.stream().flatMap(one -> one.metrics().stream()).toList();
    var records = new ArrayList<StepRecord>();
    for (int i = 0; i < count; i++) {
      int at = i;
      var ofStep =
          IntStream.range(0, exchange.workers()).mapToObj(k -> rows.get(k * count + at)).toList();
      double norm = Math.sqrt(ofStep.stream().mapToDouble(r -> r[names] * r[names]).sum());
      boolean skipped = ofStep.stream().anyMatch(row -> row[names + 1] > 0);
      records.add(
          record(
              from + i,
              StepRecord.sum(ofStep, names),
              norm / Math.sqrt(exchange.workers()),
              skipped,
              counted.get(i),
              Contribution.leastSeconds(all) / count,
              0));
    }
    return records;
  }

  private static int second(int rank, int size) {
    return (rank + 1) % size;
  }

  private LogicalWorker worker(int id) {
    return workers.computeIfAbsent(
        id,
        any ->
            new LogicalWorker(
                optimizer.moments(manager, weights.size()),
                optimizer.moments(manager, weights.size()),
                step));
  }

  @Override
  public List<StateShard> stateShards() {
    var stateShards = new ArrayList<StateShard>();
    if (step >= 0) {
      stateShards.add(model());
    }
    workers.forEach(
        (id, worker) -> {
          if (worker.step >= 0) {
            stateShards.add(stateShard(id, worker.now, worker.step));
          }
          if (worker.nextStep >= 0) {
            stateShards.add(stateShard(id, worker.next, worker.nextStep));
          }
        });
    return stateShards;
  }

  private StateShard model() {
    return new StateShard(
        StateShards.MODEL,
        step,
        stateShards.tensors(StateShards.MODEL),
        List.of(weights, velocity));
  }

  private StateShard stateShard(int id, Moments moments, long at) {
    return new StateShard(
        StateShards.worker(id),
        at,
        stateShards.tensors(StateShards.worker(id)),
        List.of(moments.first(), moments.second()));
  }

  @Override
  public StateShard open(String key) {
    if (key.equals(StateShards.MODEL)) {
      step = NOWHERE;
      return model();
    }
    var worker = worker(StateShards.workerOf(key));
    worker.step = -1;
    worker.nextStep = -1;
    return stateShard(StateShards.workerOf(key), worker.now, -1);
  }

  @Override
  public void filled(String key, long at) {
    if (key.equals(StateShards.MODEL)) {
      step = at;
    } else {
      worker(StateShards.workerOf(key)).step = at;
    }
  }

  @Override
  public void settle(long at, long until, int skipped, Predicate<String> kept) {
    super.settle(at, until, skipped, kept);
    workers
        .entrySet()
        .removeIf(
            entry -> {
              var worker = entry.getValue();
              if (worker.nextStep == at) {
                worker.promote();
              }
              worker.nextStep = -1;
              return (worker.step != at || !kept.test(StateShards.worker(entry.getKey())))
                  && close(worker);
            });
  }

  private static boolean close(LogicalWorker worker) {
    for (var moments : List.of(worker.now, worker.next)) {
      moments.first().close();
      moments.second().close();
    }
    return true;
  }

  @Override
  public void close() {
    outer.close();
    inner.close();
    super.close();
  }
}
