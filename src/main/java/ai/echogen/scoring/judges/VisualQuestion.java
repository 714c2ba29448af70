package ai.echogen.scoring.judges;

import java.awt.image.BufferedImage;
import java.util.List;

/** Answers questions about pictures. */
public interface VisualQuestion extends Judge {
  /** A picture, often a part of one, and what is asked of it. */
  record Query(BufferedImage image, String question) {}

  /**
   * The answers, in the order of the queries.
   *
   * @throws IllegalArgumentException if who is asked cannot be reached, or does not answer
   */
  List<String> answers(List<Query> queries);

  /** The answer to one question. */
  default String answer(BufferedImage image, String question) {
    return answers(List.of(new Query(image, question))).get(0);
  }
}
