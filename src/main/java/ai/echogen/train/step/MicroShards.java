package ai.echogen.train.step;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.echogen.data.feed.Batching;
import ai.echogen.objectives.Objective;
import ai.echogen.objectives.Unit;
import ai.echogen.train.sync.AllReduce;
import ai.echogen.train.sync.AllReduce.Part;
import ai.echogen.train.sync.SumTree;
import ai.echogen.train.sync.Threads;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Computes the gradients of some of a step's micro-shards on one replica. */
final class MicroShards<S> {
  /**
   * @param parts their sums as far as they go: at most about as many as there are threads
   * @param metrics one row a micro-shard
   * @param sides one list a micro-shard
   */
  record Gradients(List<Part> parts, List<double[]> metrics, List<NDList> sides) {}

  /**
   * What is to be computed.
   *
   * @param tree over the leaves {@code from − first} and on
   * @param first the micro-shard that is the tree's leaf 0
   * @param from first of the micro-shards
   * @param to last of them, exclusive
   * @param totals of the step's batch, one a count
   */
  record Range(SumTree tree, int first, long step, int from, int to, long[] totals) {}

  private record Pair(Part left, Part right) {}

  private final Objective<S> objective;
  private final Batching batching;
  private final BatchTotals.Reader<S> reader;
  private final Threads threads;
  private final AllReduce allReduce;
  private final GradientBuffers buffers;

  /**
   * @param allReduce adds them up, and is kept by the caller, as the buffers are
   */
  MicroShards(
      Objective<S> objective,
      Batching batching,
      BatchTotals.Reader<S> reader,
      Threads threads,
      AllReduce allReduce,
      GradientBuffers buffers) {
    this.objective = objective;
    this.batching = batching;
    this.reader = reader;
    this.threads = threads;
    this.allReduce = allReduce;
    this.buffers = buffers;
  }

  /**
   * The gradients of some micro-shards, in tensors of the buffers.
   *
   * @param manager owns the sides
   */
  Gradients gradients(NDManager manager, NDArray weights, Range range) throws InterruptedException {
    var outcomes = new Objective.Outcome[range.to() - range.from()];
    var held = new ArrayList<Part>();
    threads.run(
        outcomes.length,
        unit -> {
          int id = range.from() + unit;
          var gradient = buffers.take();
          outcomes[unit] = accumulate(manager, gradient, weights, range, id);
          allReduce.leaf(gradient);
          hold(held, range.tree(), new Part(range.tree().leaf(id - range.first()), gradient));
        });
    var metrics = new ArrayList<double[]>();
    var sides = new ArrayList<NDList>();
    for (var outcome : outcomes) {
      metrics.add(outcome.metrics());
      sides.add(outcome.sides());
    }
    return new Gradients(List.copyOf(held), metrics, sides);
  }

  private Objective.Outcome accumulate(
      NDManager manager, NDArray gradient, NDArray weights, Range range, int id) {
    int place = batching.firstPlace(id);
    try {
      var samples = reader.read(range.step(), id);
      var unit = new Unit<S>(batching.seed(), range.step(), place, samples, range.totals());
      return objective.accumulate(manager, gradient, weights, unit);
    } catch (IOException | RuntimeException e) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "step %d, micro-shard %d (samples %d to %d of the batch): %s",
              range.step(),
              id,
              place,
              batching.firstPlace(id + 1) - 1,
              e.getMessage()),
          e);
    }
  }

  /** Adds gradients up as they come, so that few are there at once. */
  private void hold(List<Part> held, SumTree tree, Part part) {
    insert(held, tree, part);
    for (var pair = pair(held, tree); pair.isPresent(); pair = pair(held, tree)) {
      var left = pair.get().left();
      var right = pair.get().right();
      allReduce.add(left.values(), right.values());
      buffers.giveBack(right.values());
      insert(held, tree, new Part(tree.sum(left.node()), left.values()));
    }
  }

  private static void insert(List<Part> held, SumTree tree, Part part) {
    synchronized (held) {
      held.add(part);
      held.sort(Comparator.comparingInt(other -> tree.firstLeaf(other.node())));
    }
  }

  /** Takes two siblings out, if there are more sums than threads. */
  private Optional<Pair> pair(List<Part> held, SumTree tree) {
    synchronized (held) {
      if (held.size() <= threads.count()) {
        return Optional.empty();
      }
      var additions = tree.plan(held.stream().map(Part::node).toList()).additions();
      if (additions.isEmpty()) {
        return Optional.empty();
      }
      var right = held.remove(additions.get(0).from());
      var left = held.remove(additions.get(0).into());
      return Optional.of(new Pair(left, right));
    }
  }
}
