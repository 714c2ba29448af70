/**
 * Batches from samples: which samples make up a step is a function of (seed, step), whether they
 * lie in shards, in memory or in rollouts.
 *
 * <p>May import: packages up to storage, data, data.shards; Spark and Parquet.
 */
@NullMarked
package ai.echogen.data.feed;

import org.jspecify.annotations.NullMarked;
