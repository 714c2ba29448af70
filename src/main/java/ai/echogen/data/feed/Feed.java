package ai.echogen.data.feed;

import java.io.IOException;
import java.io.Serializable;

/**
 * Where a training's samples come from; it travels to the executors, each of which opens it.
 *
 * @param <S> a sample as it is trained on
 */
public interface Feed<S> extends Serializable {
  /** A reader for this JVM, which the caller closes. */
  FeedReader<S> open(Batching batching) throws IOException;

  /** Samples of an epoch. */
  long size();

  /** Names the samples: equal where all samples of all steps are. */
  String fingerprint();

  /** The first step that it has samples of. */
  default long firstStep() {
    return 0;
  }
}
