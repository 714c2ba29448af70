/**
 * Public formats as samples: COCO, Pascal VOC.
 *
 * <p>May import: packages up to storage, data, data.shards; Spark.
 */
@NullMarked
package ai.echogen.data.ingest;

import org.jspecify.annotations.NullMarked;
