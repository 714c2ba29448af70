/**
 * Work on the weights as they are, between steps: drawings, readings and rewards of prompts, losses
 * of held-out samples.
 *
 * <p>May import: objectives, data.feed, and the rooms of train up to step; DJL.
 */
@NullMarked
package ai.echogen.train.rollout;

import org.jspecify.annotations.NullMarked;
