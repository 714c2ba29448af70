package ai.echogen.train.step;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.echogen.objectives.Objective;
import ai.echogen.train.TrainerSettings;
import ai.echogen.train.sync.AllReduce;
import ai.echogen.train.sync.AllReduce.Part;
import ai.echogen.train.sync.SumTree;
import ai.echogen.train.sync.Threads;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Computes the gradients of some of a step's micro-shards on one replica. */
final class MicroShards<S> {
  /**
   * @param parts their sums as far as they go: at most about as many as there are threads
   * @param metrics one row a micro-shard
   * @param sides one list a micro-shard
   */
  record Gradients(List<Part> parts, List<double[]> metrics, List<NDList> sides) {}

  private record Pair(Part left, Part right) {}

  private final Objective<S> objective;
  private final TrainerSettings settings;
  private final BatchOrder<S> order;
  private final Threads threads;
  private final AllReduce allReduce;

  MicroShards(
      Objective<S> objective,
      TrainerSettings settings,
      Samples<S> samples,
      Threads threads,
      AllReduce allReduce) {
    this.objective = objective;
    this.settings = settings;
    this.order =
        new BatchOrder<>(samples.list(), samples.length(), settings.batch(), settings.seed());
    this.threads = threads;
    this.allReduce = allReduce;
  }

  List<S> batch(long step) {
    return order.batch(step);
  }

  /**
   * The gradients of the micro-shards {@code from} to {@code to}.
   *
   * @param manager owns what is returned
   * @param tree over the leaves {@code from − first} and on
   * @param first the micro-shard that is the tree's leaf 0
   */
  Gradients gradients(
      NDManager manager, NDArray weights, SumTree tree, int first, long step, int from, int to)
      throws InterruptedException {
    var batch = order.batch(step);
    var results = new Objective.Result[to - from];
    var held = new ArrayList<Part>();
    threads.run(
        to - from,
        unit -> {
          int id = from + unit;
          var result = gradient(manager, weights, batch, step, id);
          results[unit] = result;
          hold(held, tree, new Part(tree.leaf(id - first), result.gradient()));
        });
    var metrics = new ArrayList<double[]>();
    var sides = new ArrayList<NDList>();
    for (var result : results) {
      metrics.add(result.metrics());
      sides.add(result.sides());
    }
    return new Gradients(List.copyOf(held), metrics, sides);
  }

  private Objective.Result gradient(
      NDManager manager, NDArray weights, List<S> batch, long step, int id) {
    int from = (int) ((long) id * settings.batch() / settings.microShards());
    int to = (int) ((long) (id + 1) * settings.batch() / settings.microShards());
    var shard = new Objective.MicroShard<S>(settings.seed(), step, batch, from, to);
    try {
      return objective.gradient(manager, weights, shard);
    } catch (RuntimeException e) {
      throw new IllegalStateException(
          "step %d, micro-shard %d (samples %d to %d of the batch): %s"
              .formatted(step, id, from, to - 1, e.getMessage()),
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
      right.values().close();
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
