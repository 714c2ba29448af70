/**
 * Model directories: configuration, weights and tokenizer on disk.
 *
 * <p>May import: packages up to tokens, and the other rooms of the model but convert.
 */
@NullMarked
package ai.echogen.model.directory;

import org.jspecify.annotations.NullMarked;
