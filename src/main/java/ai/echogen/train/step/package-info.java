/**
 * How replicas come from one state to the next: synchronous steps, or rounds of DiLoCo.
 *
 * <p>May import: objectives, and the rooms optim, sync and checkpoint of train; DJL.
 */
@NullMarked
package ai.echogen.train.step;

import org.jspecify.annotations.NullMarked;
