/**
 * The VQ tokenizer: pixels to codes and back.
 *
 * <p>May import: packages up to tokens; DJL.
 */
@NullMarked
package ai.echogen.model.vq;

import org.jspecify.annotations.NullMarked;
