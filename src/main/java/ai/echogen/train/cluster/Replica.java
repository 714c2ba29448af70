package ai.echogen.train.cluster;

import ai.echogen.data.feed.Feed;
import ai.echogen.data.feed.FeedReader;
import ai.echogen.objectives.Objective;
import ai.echogen.torch.weights.Weights;
import ai.echogen.train.TrainerSettings;
import ai.echogen.train.checkpoint.StateShard;
import ai.echogen.train.checkpoint.StateShards;
import ai.echogen.train.cluster.Protocol.Holding;
import ai.echogen.train.cluster.Protocol.Plan;
import ai.echogen.train.cluster.Protocol.Transfer;
import ai.echogen.train.rollout.MapPhase;
import ai.echogen.train.rollout.MapSource;
import ai.echogen.train.step.Exchange;
import ai.echogen.train.sync.GenerationOver;
import ai.echogen.train.sync.Peers;
import ai.echogen.train.sync.StateChunks;
import ai.echogen.train.sync.Threads;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * A model in training in one JVM: weights, optimiser, objective; it outlives the tasks that train
 * it.
 */
public final class Replica<S> implements AutoCloseable {
  private static final int UNDER_WAY = 4; // chunks of state that are sent and not yet taken

  private final Objective<S> objective;
  private final TrainerSettings settings;
  private final Weights weights;
  private final Threads threads;
  private final StateShards stateShards;
  private final Exchange<S> exchange;
  private final Map<String, MapPhase<?, ?>> phases = new HashMap<>();
  private long feedNumber = -1;
  private @Nullable FeedReader<S> reader;

  /**
   * @param objective taken over
   * @param weights trained in place, taken over
   */
  public Replica(
      Objective<S> objective,
      TrainerSettings settings,
      double lrScale,
      Weights weights,
      int numThreads) {
    this.objective = objective;
    this.settings = settings;
    this.weights = weights;
    this.threads = new Threads(weights.device().isGpu() ? 1 : numThreads); // a GPU is one queue
    this.stateShards = new StateShards(settings);
    this.exchange = Exchange.of(objective, settings, lrScale, weights.flat(), threads);
  }

  public Weights weights() {
    return weights;
  }

  public Exchange<S> exchange() {
    return exchange;
  }

  Threads threads() {
    return threads;
  }

  /**
   * Where the samples of the steps to come are.
   *
   * @param number another one where the feed is
   */
  public void feed(long number, Feed<S> feed) throws IOException {
    if (number != feedNumber) {
      var opened = feed.open(Exchange.batching(settings));
      closeReader();
      reader = opened;
      feedNumber = number;
      exchange.feed(opened);
    }
  }

  /** What does the work of a map phase here. */
  @SuppressWarnings("unchecked") // sources of one key have the same types
  <P, R> MapPhase<P, R> phase(String key, MapSource<S, P, R> source) throws IOException {
    var found = (MapPhase<P, R>) phases.get(key);
    if (found == null) {
      found = source.open(objective, weights.flat().getDevice());
      phases.put(key, found);
    }
    return found;
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

  /**
   * Gives and takes what a plan says, so that all stand at its step. Everyone goes through the
   * transfers in the same order, and little of one is under way at once.
   */
  public void transfer(Plan plan, Peers peers) throws GenerationOver, InterruptedException {
    for (var transfer : plan.transfers()) {
      if (transfer.from() == peers.rank()) {
        give(stateShard(transfer.key(), plan.step()), peers, transfer);
      } else if (transfer.to() == peers.rank()) {
        take(exchange.open(transfer.key()), peers, transfer);
        exchange.filled(transfer.key(), plan.step());
      }
    }
  }

  private static void give(StateShard stateShard, Peers peers, Transfer transfer)
      throws GenerationOver, InterruptedException {
    var chunks = StateChunks.of(stateShard.tensors());
    for (int i = 0; i < chunks.size() + UNDER_WAY; i++) {
      if (i < chunks.size()) {
        chunks.get(i).post(peers, transfer.to(), name(transfer, i));
      }
      if (i >= UNDER_WAY) {
        boolean unused =
            peers.take(transfer.to(), name(transfer, i - UNDER_WAY) + ".taken", bytes -> true);
      }
    }
  }

  private static void take(StateShard stateShard, Peers peers, Transfer transfer)
      throws GenerationOver, InterruptedException {
    var chunks = StateChunks.of(stateShard.tensors());
    for (int i = 0; i < chunks.size(); i++) {
      chunks.get(i).take(peers, transfer.from(), name(transfer, i));
      peers.post(List.of(transfer.from()), name(transfer, i) + ".taken", peers.buffer(1));
    }
  }

  private static String name(Transfer transfer, int chunk) {
    return String.format(Locale.ROOT, "state.%s.%d.%d", transfer.key(), transfer.to(), chunk);
  }

  private void closeReader() {
    if (reader != null) {
      reader.close();
      reader = null;
    }
  }

  @Override
  public void close() {
    closeReader();
    phases.values().forEach(MapPhase::close);
    exchange.close();
    threads.close();
    weights.close();
    objective.close();
  }
}
