package ai.echogen.tokens;

import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * The grounding part of a training sequence: what follows the image codes.
 *
 * @param ids {@code <end_of_image>}, then phrases and their boxes, without the very last token
 * @param targets for each position of {@code ids} the token of a box to predict next, or {@link
 *     #NOTHING}
 */
public record Question(int[] ids, int[] targets) implements java.io.Serializable {
  /** The target of a position that is asked nothing. */
  public static final int NOTHING = -1;

  public Question {
    if (ids.length != targets.length) {
      throw new IllegalStateException(
          "a question needs one target an id, got " + ids.length + " and " + targets.length);
    }
  }

  /**
   * The question of a whole sequence.
   *
   * @param asked whether the token at this position is to be predicted
   */
  static Question asking(int[] sequence, IntPredicate asked) {
    int[] ids = Arrays.copyOf(sequence, Math.max(1, sequence.length - 1)); // the last asks nothing
    int[] targets = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      int next = i + 1;
      targets[i] = next < sequence.length && asked.test(next) ? sequence[next] : NOTHING;
    }
    return new Question(ids, targets);
  }
}
