/**
 * The Janus architecture: decoder, VQ tokenizer, heads, sampler, weight names.
 *
 * <p>May import: packages up to tokens; DJL.
 */
@NullMarked
package ai.echogen.model;

import org.jspecify.annotations.NullMarked;
