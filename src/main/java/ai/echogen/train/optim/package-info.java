/**
 * Optimisers over ranges of flat tensors.
 *
 * <p>May import: objectives, train; DJL.
 */
@NullMarked
package ai.echogen.train.optim;

import org.jspecify.annotations.NullMarked;
