/**
 * Policy gradients on groups of drawings: GRPO and its relatives, with an advantage a code.
 *
 * <p>May import: packages up to scoring; DJL.
 */
@NullMarked
package ai.echogen.objectives.policy;

import org.jspecify.annotations.NullMarked;
