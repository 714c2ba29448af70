package ai.echogen.data.augment;

import ai.echogen.data.CounterRandom;
import ai.echogen.data.shards.Finding;
import java.util.List;

/**
 * One way to change a picture with its layout. What a change makes is a function of its arguments
 * alone, and it never takes the last region of a picture away: it changes nothing then.
 */
sealed interface Change permits Cropper, Flip, Paster, Recolor, Rotate {
  /**
   * The changed picture; the same one where nothing is changed.
   *
   * @param random a stream for this change of this copy alone
   * @param findings takes what is to be counted: changes that were made, regions that were lost
   */
  Annotated apply(Annotated before, CounterRandom random, List<Finding> findings);
}
