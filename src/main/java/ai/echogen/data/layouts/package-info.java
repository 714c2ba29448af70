/**
 * Layouts without images, made from phrases or learnt from shards: see {@link
 * ai.echogen.data.layouts.LayoutSource}.
 *
 * <p>May import: packages up to storage, data, data.ingest, data.lines, data.shards; Spark.
 */
@NullMarked
package ai.echogen.data.layouts;

import org.jspecify.annotations.NullMarked;
