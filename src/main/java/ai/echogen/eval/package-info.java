/**
 * Metrics and the detector that is not our model.
 *
 * <p>May import: packages up to model; neither Spark nor DJL.
 */
@NullMarked
package ai.echogen.eval;

import org.jspecify.annotations.NullMarked;
