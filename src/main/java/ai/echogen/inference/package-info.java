/**
 * What draws and grounds, with a model directory or with weights that are given: {@link
 * ai.echogen.inference.Drawer} and {@link ai.echogen.inference.Grounder}, the loaded models of a
 * JVM, the Spark maps that use them, their noise and their batches.
 *
 * <p>May import: packages up to observe; Spark and DJL.
 */
@NullMarked
package ai.echogen.inference;

import org.jspecify.annotations.NullMarked;
