/**
 * The Janus architecture: here a whole model, in the rooms its parts.
 *
 * <p>May import: packages up to tokens; DJL.
 */
@NullMarked
package ai.echogen.model;

import org.jspecify.annotations.NullMarked;
