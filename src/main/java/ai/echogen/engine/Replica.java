package ai.echogen.engine;

import ai.echogen.engine.Exchange.Shelf;
import ai.echogen.engine.Roll.Holding;
import ai.echogen.engine.Roll.Plan;
import ai.echogen.stages.Stage;
import ai.echogen.torch.Weights;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * A model in training in one JVM: weights, optimiser, stage; it outlives the tasks that train it.
 */
final class Replica<S> implements AutoCloseable {
  private final Weights weights;
  private final Threads threads;
  private final Shelves shelves;
  private final Exchange<S> exchange;

  /**
   * @param stage kept and closed by the caller
   * @param weights trained in place, taken over
   */
  Replica(
      Stage<S> stage,
      Samples<S> samples,
      TrainerSettings settings,
      double lrScale,
      Weights weights,
      int numThreads) {
    this.weights = weights;
    this.threads = new Threads(numThreads);
    this.shelves = new Shelves(settings);
    this.exchange = Exchange.of(stage, settings, samples, lrScale, weights.flat(), threads);
  }

  Weights weights() {
    return weights;
  }

  Exchange<S> exchange() {
    return exchange;
  }

  /** Begins with the weights as they are and all else zero. */
  void begin(long step) {
    for (var key : shelves.keys()) {
      var unused = exchange.open(key);
      exchange.filled(key, step);
    }
  }

  List<Holding> holdings() {
    return exchange.shelves().stream()
        .map(shelf -> new Holding(shelf.key(), shelf.step()))
        .toList();
  }

  /** A whole shelf that stands at a step. */
  Shelf shelf(String key, long step) {
    return exchange.shelves().stream()
        .filter(shelf -> shelf.key().equals(key) && shelf.step() == step)
        .findFirst()
        .orElseThrow(() -> new NoSuchElementException(key + " at step " + step));
  }

  /** Gives and takes what a plan says, so that all stand at its step. */
  void transfer(Plan plan, Peers peers) throws GenerationOver, InterruptedException {
    for (var transfer : plan.transfers()) {
      if (transfer.from() == peers.rank()) {
        var shelf = shelf(transfer.key(), plan.step());
        for (var parcel : StateParcels.of(shelf.tensors())) {
          parcel.post(peers, transfer.to(), name(transfer.key(), parcel.label()));
        }
      }
    }
    for (var transfer : plan.transfers()) {
      if (transfer.to() == peers.rank()) {
        for (var parcel : StateParcels.of(exchange.open(transfer.key()).tensors())) {
          parcel.take(peers, transfer.from(), name(transfer.key(), parcel.label()));
        }
        exchange.filled(transfer.key(), plan.step());
      }
    }
  }

  private static String name(String key, String label) {
    return "state." + key + "." + label;
  }

  @Override
  public void close() {
    exchange.close();
    threads.close();
    weights.close();
  }
}
