/**
 * How steps run on executors: micro-shards, reduction, optimiser, checkpoints.
 *
 * <p>May import: packages up to observe; Spark and DJL.
 */
@NullMarked
package ai.echogen.engine;

import org.jspecify.annotations.NullMarked;
