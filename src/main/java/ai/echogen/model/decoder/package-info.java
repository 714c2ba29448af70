/**
 * The transformer: its sizes, weights, forward pass, decoding loop, and adapters.
 *
 * <p>May import: packages up to tokens; DJL.
 */
@NullMarked
package ai.echogen.model.decoder;

import org.jspecify.annotations.NullMarked;
