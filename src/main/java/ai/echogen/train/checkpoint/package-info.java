/**
 * The state of a run, divided into shards, and its checkpoints.
 *
 * <p>May import: train, train.optim; Hadoop, Spark and DJL.
 */
@NullMarked
package ai.echogen.train.checkpoint;

import org.jspecify.annotations.NullMarked;
