/**
 * Cycle RL on the engine: prompts, rollouts, advantages, updates, the ledger, and what is watched
 * meanwhile.
 *
 * <p>May import: everything above jobs; Spark, DJL.
 */
@NullMarked
package ai.echogen.train.cycle;

import org.jspecify.annotations.NullMarked;
