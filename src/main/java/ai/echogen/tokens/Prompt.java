package ai.echogen.tokens;

/**
 * A program for reading boxes from an image: given ids, and slots that the model fills in order.
 *
 * @param ids what follows the image codes; {@link #X} and {@link #Y} where a location token of that
 *     axis is to be predicted, four slots after each phrase; or one {@link #TEXT} after each phrase
 */
public record Prompt(int[] ids) {
  /** A slot for one of {@code <x_0>}…. */
  public static final int X = -1;

  /** A slot for one of {@code <y_0>}…. */
  public static final int Y = -2;

  /**
   * A slot for a text of any number of ids, up to and including {@code </box>}: the only slot that
   * makes the filled ids longer than the prompt.
   */
  public static final int TEXT = -3;
}
