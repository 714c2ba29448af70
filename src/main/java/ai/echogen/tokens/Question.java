package ai.echogen.tokens;

/**
 * The grounding part of a training sequence: what follows the image codes.
 *
 * @param ids {@code <end_of_image>}, then phrases and their location tokens, without the very last
 * @param targets for each position of {@code ids} the location token to predict next, or {@link
 *     #NOTHING}
 */
public record Question(int[] ids, int[] targets) {
  /** The target of a position that is asked nothing. */
  public static final int NOTHING = -1;

  public Question {
    if (ids.length != targets.length) {
      throw new IllegalStateException(
          "a question needs one target an id, got " + ids.length + " and " + targets.length);
    }
  }
}
