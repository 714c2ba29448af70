/**
 * What is measured on held-out samples, as Spark maps, and the numbers of it.
 *
 * <p>May import: packages up to inference; Spark.
 */
@NullMarked
package ai.echogen.scoring.benchmarks;

import org.jspecify.annotations.NullMarked;
