/**
 * What draws and grounds with a finished model: the loaded models of a JVM, the Spark maps that use
 * them, their noise and their batches.
 *
 * <p>May import: packages up to observe; Spark and DJL.
 */
@NullMarked
package ai.echogen.inference;

import org.jspecify.annotations.NullMarked;
