package ai.echogen.train.cluster;

import ai.echogen.data.feed.Feed;
import ai.echogen.objectives.ObjectiveSource;
import ai.echogen.storage.Location;
import ai.echogen.train.TrainerSettings;
import ai.echogen.train.checkpoint.CheckpointFile;
import ai.echogen.train.checkpoint.StoredState;
import ai.echogen.train.rollout.MapSource;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.jspecify.annotations.Nullable;

/**
 * What one Spark job does, as its tasks are told of it: steps, and then, if asked, a checkpoint or
 * a map phase.
 *
 * @param run one life of the weights: another one begins when they go back to a checkpoint
 * @param end step at which the segment is over
 * @param isHere whether the driver has put the replica into this JVM, and its samples
 * @param feed samples of the steps, for executors; null until there were any
 * @param operatorThreads of each native operation; the bits depend on it
 * @param checkpoint the newest one, read where nobody has the state
 * @param target directory of the checkpoint to write, if one is due
 * @param files to be written into it
 * @param phase work on the weights at the end, if any
 */
record Segment<S>(
    String run,
    long end,
    boolean isHere,
    ObjectiveSource<S> source,
    @Nullable NumberedFeed<S> feed,
    TrainerSettings settings,
    int operatorThreads,
    double lrScale,
    @Nullable StoredState checkpoint,
    @Nullable Location target,
    List<CheckpointFile> files,
    @Nullable Phase<S> phase,
    Counters counters)
    implements Serializable {
  /**
   * Shown in Spark's UI.
   *
   * @param tokens trained on
   * @param skipped steps without a finite gradient
   * @param exchangeMs milliseconds of exchange
   */
  record Counters(LongAccumulator tokens, LongAccumulator skipped, LongAccumulator exchangeMs)
      implements Serializable {}

  /**
   * @param number another one where the feed is
   */
  record NumberedFeed<S>(long number, Broadcast<Feed<S>> feed) implements Serializable {}

  /**
   * Work for every item.
   *
   * @param key of the source
   */
  record Phase<S>(String key, MapSource<S, ?, ?> source, Broadcast<? extends List<?>> items)
      implements Serializable {}
}
