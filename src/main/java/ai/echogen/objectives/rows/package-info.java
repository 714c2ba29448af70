/**
 * Rows of shards as samples of the objectives.
 *
 * <p>May import: packages up to objectives; of Spark, its rows.
 */
@NullMarked
package ai.echogen.objectives.rows;

import org.jspecify.annotations.NullMarked;
