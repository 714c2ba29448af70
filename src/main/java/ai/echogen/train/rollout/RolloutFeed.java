package ai.echogen.train.rollout;

import ai.echogen.data.feed.Batching;
import ai.echogen.data.feed.Feed;
import ai.echogen.data.feed.FeedReader;
import java.util.List;
import java.util.Locale;

/**
 * What was collected from the weights at a step, as the samples of the steps after it: each step
 * takes the next part, and after the last begins again.
 *
 * @param <S> a sample, serializable
 */
public final class RolloutFeed<S> implements Feed<S> {
  private static final long serialVersionUID = 1;

  private final long firstStep;
  private final List<S> samples;
  private final int parts;

  /**
   * @param firstStep the step at which they were collected
   * @param samples at least one; how many there are need not be the training's batch
   * @param parts that the samples are cut into, in order; sizes differ by one at most
   */
  public RolloutFeed(long firstStep, List<S> samples, int parts) {
    if (samples.size() < parts) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "%d rollouts are too few for %d steps", samples.size(), parts));
    }
    this.firstStep = firstStep;
    this.samples = List.copyOf(samples);
    this.parts = parts;
  }

  @Override
  public FeedReader<S> open(Batching batching) {
    return new FeedReader<>() {
      @Override
      public List<S> read(long step, int microShard) {
        if (step < firstStep) {
          throw new IllegalStateException(
              String.format(
                  Locale.ROOT,
                  "step %d has other rollouts than those from step %d on",
                  step,
                  firstStep));
        }
        var part = part(samples, (int) ((step - firstStep) % parts), parts);
        return part(part, microShard, batching.microShards());
      }

      @Override
      public void close() {}
    };
  }

  private static <S> List<S> part(List<S> all, int index, int number) {
    return all.subList(
        (int) ((long) index * all.size() / number),
        (int) ((long) (index + 1) * all.size() / number));
  }

  @Override
  public long size() {
    return samples.size();
  }

  @Override
  public String fingerprint() {
    return "rollouts from step " + firstStep;
  }

  @Override
  public long firstStep() {
    return firstStep;
  }
}
