/**
 * Sums over replicas with the same bits whoever takes part, and the blocks that travel for them.
 *
 * <p>May import: train, train.optim; Spark and DJL.
 */
@NullMarked
package ai.echogen.train.sync;

import org.jspecify.annotations.NullMarked;
