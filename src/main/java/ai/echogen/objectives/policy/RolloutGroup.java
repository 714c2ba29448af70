package ai.echogen.objectives.policy;

import ai.echogen.objectives.LayoutTokens;
import java.io.Serializable;
import java.util.List;

/**
 * Drawings of one prompt, as they are learnt from. G drawings, N codes each.
 *
 * @param step that the weights which drew them stood at
 * @param text token ids of the prompt, up to but without {@code <begin_of_image>}
 * @param codes of each drawing
 * @param old log-probability of each code, by the training kernel
 * @param reference the same under the reference; empty where the loss wants none
 * @param advantages of each code
 * @param readings the boxes that were read, if they are learnt from
 * @param counted whether each drawing counts: one without a reward does not
 * @param anchors real samples that are learnt from beside
 */
public record RolloutGroup(
    long step,
    int[] text,
    int[][] codes,
    float[][] old,
    float[][] reference,
    float[][] advantages,
    Readings readings,
    boolean[] counted,
    List<LayoutTokens> anchors)
    implements Serializable {
  public RolloutGroup {
    anchors = List.copyOf(anchors);
  }

  /** How many drawings. */
  public int size() {
    return codes.length;
  }

  /** How many drawings count. */
  public int numCounted() {
    int number = 0;
    for (boolean counts : counted) {
      number += counts ? 1 : 0;
    }
    return number;
  }
}
