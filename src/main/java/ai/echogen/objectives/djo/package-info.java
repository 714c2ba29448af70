/**
 * Dual joint optimisation: what is drawn flows into what is read, one loss through both.
 *
 * <p>May import: packages up to scoring; DJL.
 */
@NullMarked
package ai.echogen.objectives.djo;

import org.jspecify.annotations.NullMarked;
