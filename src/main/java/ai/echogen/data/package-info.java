/**
 * Samples on disk: schema, shard store, readers of public formats, scene synthesis.
 *
 * <p>May import: config, layout; Spark.
 */
@NullMarked
package ai.echogen.data;

import org.jspecify.annotations.NullMarked;
