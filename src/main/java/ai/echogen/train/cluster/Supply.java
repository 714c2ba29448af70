package ai.echogen.train.cluster;

import ai.echogen.data.feed.Feed;
import ai.echogen.observe.MetricSink;
import java.io.IOException;
import java.util.Optional;

/** Where a training's samples come from as it goes: from data, or from its own weights. */
public interface Supply<S> {
  /**
   * Samples of some steps.
   *
   * @param until the step that they are good for, exclusive
   * @param isWhole whether a run that is asked to stop must come to that step first
   */
  record Portion<S>(Feed<S> feed, long until, boolean isWhole) {}

  /**
   * Samples of the next steps, from {@link Training#step} on.
   *
   * @param metrics is told what was found while they were made
   * @return nothing if the weights were lost meanwhile and the step has gone back: ask again
   */
  Optional<Portion<S>> next(Training<S> training, MetricSink metrics) throws IOException;

  /** Writes what must be there before a checkpoint of the step that the training is at. */
  default void flush() throws IOException {}

  /** The same samples for the whole training. */
  static <S> Supply<S> of(Feed<S> feed) {
    return (training, metrics) -> Optional.of(new Portion<>(feed, Long.MAX_VALUE, false));
  }
}
