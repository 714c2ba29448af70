/**
 * What is learnt: a batch in, losses and gradients out. No Spark, no files but those that a source
 * opens.
 *
 * <p>May import: packages up to eval; DJL.
 */
@NullMarked
package ai.echogen.objectives;

import org.jspecify.annotations.NullMarked;
