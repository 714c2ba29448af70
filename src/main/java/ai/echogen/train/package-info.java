/**
 * How steps run on executors: here what a run is told, in the rooms how it does it.
 *
 * <p>May import: packages up to observe; Spark and DJL.
 */
@NullMarked
package ai.echogen.train;

import org.jspecify.annotations.NullMarked;
