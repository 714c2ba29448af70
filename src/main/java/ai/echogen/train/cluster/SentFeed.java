package ai.echogen.train.cluster;

import ai.echogen.data.feed.Feed;
import ai.echogen.train.cluster.Segment.NumberedFeed;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.jspecify.annotations.Nullable;

/** The feed of the steps to come, sent to the executors once. */
final class SentFeed<S> implements AutoCloseable {
  private final JavaSparkContext context;
  private @Nullable Feed<S> feed;
  private @Nullable Broadcast<Feed<S>> broadcast;
  private long number;

  SentFeed(JavaSparkContext context) {
    this.context = context;
  }

  /** Says which feed it is from now on. */
  void use(Feed<S> samples) {
    if (samples != feed) {
      close();
      feed = samples;
      number++;
    }
  }

  /** The feed, if there was any yet. */
  @Nullable Feed<S> feed() {
    return feed;
  }

  /** Another one where the feed is. */
  long number() {
    return number;
  }

  /** The first step that there are samples of. */
  long firstStep() {
    return feed == null ? 0 : feed.firstStep();
  }

  /** As executors take it; null until there was any. */
  @Nullable NumberedFeed<S> sent() {
    if (feed == null) {
      return null;
    }
    if (broadcast == null) {
      broadcast = context.broadcast(feed);
    }
    return new NumberedFeed<>(number, broadcast);
  }

  @Override
  public void close() {
    if (broadcast != null) {
      broadcast.unpersist();
      broadcast = null;
    }
  }
}
