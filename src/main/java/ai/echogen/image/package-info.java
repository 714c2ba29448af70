/**
 * Pictures: decoding, encoding, scaling, and their pixels as bytes.
 *
 * <p>May import: config, layout, storage.
 */
@NullMarked
package ai.echogen.image;

import org.jspecify.annotations.NullMarked;
