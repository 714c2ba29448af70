/**
 * Judges of drawings that are not our model: a {@link ai.echogen.scoring.judges.Detector} finds
 * objects, a {@link ai.echogen.scoring.judges.FeatureNetwork} gives the Fréchet distance its
 * numbers, a {@link ai.echogen.scoring.judges.TextImageScorer} compares pictures with texts, a
 * {@link ai.echogen.scoring.judges.VisualQuestion} is asked. The room {@code file} makes them of
 * model files, the room {@code http} of a server; shapes and colours need neither.
 *
 * <p>May import: image, layout, data.synth, scoring.metrics.
 */
@NullMarked
package ai.echogen.scoring.judges;

import org.jspecify.annotations.NullMarked;
