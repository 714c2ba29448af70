/**
 * Judges of drawings that are not our model.
 *
 * <p>May import: image, layout, data.synth.
 */
@NullMarked
package ai.echogen.scoring.judges;

import org.jspecify.annotations.NullMarked;
