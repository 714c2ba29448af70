package ai.echogen.objectives.policy;

import ai.echogen.tokens.Question;
import java.io.Serializable;
import java.util.List;

/**
 * The boxes that were read from a group's drawings, as they are learnt from. G drawings, M location
 * tokens each.
 *
 * @param questions whose answers they are, one a drawing
 * @param old log-probability of each token, by the training kernel (G, M)
 * @param advantages of each token (G, M)
 */
public record Readings(List<Question> questions, float[][] old, float[][] advantages)
    implements Serializable {
  /** Where nothing is learnt from them. */
  public static final Readings NONE = new Readings(List.of(), new float[0][], new float[0][]);

  public Readings {
    questions = List.copyOf(questions);
  }

  /** Tokens of a drawing's boxes. */
  public int tokens() {
    return old.length == 0 ? 0 : old[0].length;
  }
}
