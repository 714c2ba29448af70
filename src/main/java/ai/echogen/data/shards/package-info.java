/**
 * Shard directories: samples as Parquet, with a manifest; see {@link
 * ai.echogen.data.shards.ShardStore}.
 *
 * <p>May import: packages up to storage; Spark.
 */
@NullMarked
package ai.echogen.data.shards;

import org.jspecify.annotations.NullMarked;
