package ai.echogen.data.feed;

import java.io.IOException;
import java.util.List;

/** Reads the samples of steps; thread-safe. */
public interface FeedReader<S> extends AutoCloseable {
  /**
   * The samples of one micro-shard: a function of the feed, its {@link Batching} and the arguments,
   * whoever reads and whatever was read before.
   *
   * @param step counted from 0
   */
  List<S> read(long step, int microShard) throws IOException;

  @Override
  void close();
}
