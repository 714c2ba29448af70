package ai.echogen.stages;

import ai.echogen.tokens.Question;
import java.io.Serializable;

/**
 * One sample as PMTP keeps it in memory.
 *
 * @param text token ids of caption and layout, up to but without {@code <begin_of_image>}
 * @param codes the image's codes, row by row
 * @param question the phrases and boxes that follow the image in grounding
 */
public record LayoutTokens(int[] text, int[] codes, Question question) implements Serializable {
  /** Tokens of the sample's two tasks, without padding: what throughput counts. */
  public int numTokens() {
    return text.length + codes.length + 1 + question.ids().length;
  }
}
