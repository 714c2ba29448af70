package ai.echogen.perf;

import ai.echogen.data.feed.Feed;
import ai.echogen.torch.weights.Weights;
import ai.echogen.train.cluster.Replica;
import ai.echogen.train.cluster.Training;
import ai.echogen.train.sync.GenerationOver;
import ai.echogen.train.sync.Peers;
import java.io.IOException;

/** A training's steps in a plain loop, without Spark, to be measured against. */
final class BareLoop {
  private BareLoop() {}

  /**
   * Makes all steps.
   *
   * @param initial taken over
   * @param numThreads that share a step
   * @return seconds
   */
  static <S> double run(Training.Plan<S> plan, Feed<S> feed, Weights initial, int numThreads)
      throws IOException {
    var objective = plan.source().open(initial.flat().getDevice());
    try (var replica = new Replica<>(objective, plan.settings(), 1, initial, numThreads)) {
      replica.begin(0);
      replica.feed(0, feed);
      long start = System.nanoTime();
      long end = plan.settings().steps();
      replica.exchange().settle(0, end, 0, key -> true);
      while (replica.exchange().step() < end) {
        var unused = replica.exchange().advance(Peers.ALONE, false);
      }
      return (System.nanoTime() - start) / 1e9;
    } catch (GenerationOver | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
