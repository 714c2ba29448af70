package ai.echogen.train.rollout;

import ai.echogen.layout.Box;
import ai.echogen.layout.NamedLayout;
import ai.echogen.tokens.Question;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The drawings of one prompt, and what they are worth. G drawings, K regions.
 *
 * @param text token ids of the prompt
 * @param codes of each drawing
 * @param logProbabilities of each code, by the training kernel; empty if it was not asked for
 * @param reference the same under the reference; empty if it was not asked for
 * @param boxes that were read for each region; null where none could be read
 * @param questions whose answers the boxes are, one a drawing; empty if they are not learnt from
 * @param boxLogProbabilities of each location token, by the training kernel (G, 4 K); empty
 *     likewise
 * @param rewards one table (G, K) a reward, in the order of the source's
 * @param times how long it took; no part of the result
 */
public record GradedGroup(
    NamedLayout prompt,
    int[] text,
    int[][] codes,
    float[][] logProbabilities,
    float[][] reference,
    List<List<@Nullable Box>> boxes,
    List<Question> questions,
    float[][] boxLogProbabilities,
    List<double[][]> rewards,
    Times times)
    implements Serializable {
  /** Seconds of one thread. */
  public record Times(double draw, double ground, double reward, double score)
      implements Serializable {}

  public int size() {
    return codes.length;
  }
}
