package ai.echogen.train.cluster;

import ai.echogen.objectives.Objective;
import ai.echogen.torch.weights.Weights;
import ai.echogen.train.TrainerSettings;
import ai.echogen.train.checkpoint.StateShard;
import ai.echogen.train.checkpoint.StateShards;
import ai.echogen.train.cluster.Protocol.Holding;
import ai.echogen.train.cluster.Protocol.Plan;
import ai.echogen.train.step.Exchange;
import ai.echogen.train.step.Samples;
import ai.echogen.train.sync.GenerationOver;
import ai.echogen.train.sync.Peers;
import ai.echogen.train.sync.StateChunks;
import ai.echogen.train.sync.Threads;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * A model in training in one JVM: weights, optimiser, objective; it outlives the tasks that train
 * it.
 */
public final class Replica<S> implements AutoCloseable {
  private final Weights weights;
  private final Threads threads;
  private final StateShards stateShards;
  private final Exchange<S> exchange;

  /**
   * @param objective kept and closed by the caller
   * @param weights trained in place, taken over
   */
  public Replica(
      Objective<S> objective,
      Samples<S> samples,
      TrainerSettings settings,
      double lrScale,
      Weights weights,
      int numThreads) {
    this.weights = weights;
    this.threads = new Threads(numThreads);
    this.stateShards = new StateShards(settings);
    this.exchange = Exchange.of(objective, settings, samples, lrScale, weights.flat(), threads);
  }

  public Weights weights() {
    return weights;
  }

  public Exchange<S> exchange() {
    return exchange;
  }

  /** Begins with the weights as they are and all else zero. */
  public void begin(long step) {
    for (var key : stateShards.keys()) {
      var unused = exchange.open(key);
      exchange.filled(key, step);
    }
  }

  List<Holding> holdings() {
    return exchange.stateShards().stream()
        .map(stateShard -> new Holding(stateShard.key(), stateShard.step()))
        .toList();
  }

  /** A whole stateShard that stands at a step. */
  StateShard stateShard(String key, long step) {
    return exchange.stateShards().stream()
        .filter(stateShard -> stateShard.key().equals(key) && stateShard.step() == step)
        .findFirst()
        .orElseThrow(() -> new NoSuchElementException(key + " at step " + step));
  }

  /** Gives and takes what a plan says, so that all stand at its step. */
  public void transfer(Plan plan, Peers peers) throws GenerationOver, InterruptedException {
    for (var transfer : plan.transfers()) {
      if (transfer.from() == peers.rank()) {
        var stateShard = stateShard(transfer.key(), plan.step());
        for (var chunk : StateChunks.of(stateShard.tensors())) {
          chunk.post(peers, transfer.to(), name(transfer.key(), chunk.label()));
        }
      }
    }
    for (var transfer : plan.transfers()) {
      if (transfer.to() == peers.rank()) {
        for (var chunk : StateChunks.of(exchange.open(transfer.key()).tensors())) {
          chunk.take(peers, transfer.from(), name(transfer.key(), chunk.label()));
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
