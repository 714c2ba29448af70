/**
 * Training stages: a batch in, losses and gradients out. No Spark, no files but those that a source
 * opens.
 *
 * <p>May import: packages up to eval; DJL.
 */
@NullMarked
package ai.echogen.stages;

import org.jspecify.annotations.NullMarked;
