package ai.echogen.objectives;

import ai.echogen.tokens.Question;
import java.io.Serializable;

/**
 * One sample as PMTP keeps it in memory.
 *
 * @param text token ids of caption and layout, up to but without {@code <begin_of_image>}
 * @param codes the image's codes, row by row
 * @param question the phrases and boxes that follow the image in grounding
 * @param pixels the image as the vision encoder takes it, RGB bytes row by row; empty for models
 *     that read images by their codes
 */
public record LayoutTokens(int[] text, int[] codes, Question question, byte[] pixels)
    implements Serializable {
  private static final byte[] NONE = {};

  /** A sample for models that read images by their codes. */
  public LayoutTokens(int[] text, int[] codes, Question question) {
    this(text, codes, question, NONE);
  }

  /** Tokens of the sample's two tasks, without padding: what throughput counts. */
  public int numTokens() {
    return text.length + codes.length + 1 + question.ids().length;
  }
}
