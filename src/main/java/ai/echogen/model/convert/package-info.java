/**
 * Published Janus checkpoints as our model directories, and back. Streams: no tensor is held whole.
 *
 * <p>May import: packages up to tokens, and model; none of DJL itself.
 */
@NullMarked
package ai.echogen.model.convert;

import org.jspecify.annotations.NullMarked;
