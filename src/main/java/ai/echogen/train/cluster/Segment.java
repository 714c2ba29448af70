package ai.echogen.train.cluster;

import ai.echogen.objectives.ObjectiveSource;
import ai.echogen.train.TrainerSettings;
import ai.echogen.train.checkpoint.CheckpointFile;
import ai.echogen.train.checkpoint.StoredState;
import ai.echogen.train.step.Samples;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.jspecify.annotations.Nullable;

/**
 * Steps that one Spark job makes, as its tasks are told of them.
 *
 * @param run one life of the weights: another one begins when they go back to a checkpoint
 * @param end step at which the segment is over
 * @param isLast whether replicas are not needed after it
 * @param samples nothing where the driver has put a replica into this JVM
 * @param checkpoint the newest one, read where nobody has the state; null where a replica is here
 * @param target directory of the checkpoint to write, if one is due
 * @param files to be written into it
 */
record Segment<S>(
    String run,
    long end,
    boolean isLast,
    ObjectiveSource<S> source,
    @Nullable Broadcast<Samples<S>> samples,
    TrainerSettings settings,
    double lrScale,
    @Nullable StoredState checkpoint,
    @Nullable String target,
    List<CheckpointFile> files,
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
}
