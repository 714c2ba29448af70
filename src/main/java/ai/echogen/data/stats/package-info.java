/**
 * What shards hold, counted where they lie: sizes, captions, boxes, phrases, equal images; see
 * {@link ai.echogen.data.stats.ShardStats}.
 *
 * <p>May import: packages up to image; Spark.
 */
@NullMarked
package ai.echogen.data.stats;

import org.jspecify.annotations.NullMarked;
