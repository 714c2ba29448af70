/**
 * A model's weights in one flat tensor, and where each parameter lies in it.
 *
 * <p>May import: the other rooms of torch; DJL.
 */
@NullMarked
package ai.echogen.torch.weights;

import org.jspecify.annotations.NullMarked;
