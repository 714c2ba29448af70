/**
 * Synthesised scenes with exact layouts: coloured shapes, and photographed cut-outs on photographs.
 *
 * <p>May import: config, layout, data; Spark.
 */
@NullMarked
package ai.echogen.data.scenes;

import org.jspecify.annotations.NullMarked;
