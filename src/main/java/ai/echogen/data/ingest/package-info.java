/**
 * What public formats say, whichever they are, as samples; and back as COCO.
 *
 * <p>May import: packages up to storage, data, data.lines, data.shards; Spark.
 */
@NullMarked
package ai.echogen.data.ingest;

import org.jspecify.annotations.NullMarked;
