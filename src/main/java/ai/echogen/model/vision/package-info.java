/**
 * The vision encoder that Janus grounds through: its sizes and weights.
 *
 * <p>May import: packages up to tokens; DJL.
 */
@NullMarked
package ai.echogen.model.vision;

import org.jspecify.annotations.NullMarked;
