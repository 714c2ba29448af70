/**
 * Text and boxes as token sequences: tokenizer, box codec, two grammars.
 *
 * <p>May import: packages up to torch; DJL tokenizers.
 */
@NullMarked
package ai.echogen.tokens;

import org.jspecify.annotations.NullMarked;
