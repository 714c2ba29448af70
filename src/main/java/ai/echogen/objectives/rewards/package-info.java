/**
 * What a drawing is worth: one small class a reward, a score for each region.
 *
 * <p>May import: packages up to scoring.
 */
@NullMarked
package ai.echogen.objectives.rewards;

import org.jspecify.annotations.NullMarked;
