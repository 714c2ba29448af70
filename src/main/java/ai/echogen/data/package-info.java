/**
 * Samples: their schema, and random numbers that are functions of what they are for; in the rooms
 * shards, readers of public formats, scene synthesis.
 *
 * <p>May import: packages up to storage; Spark.
 */
@NullMarked
package ai.echogen.data;

import org.jspecify.annotations.NullMarked;
