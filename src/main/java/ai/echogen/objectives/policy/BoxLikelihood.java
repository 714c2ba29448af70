package ai.echogen.objectives.policy;

import ai.djl.ndarray.NDArray;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.model.decoder.PaddedIds;
import ai.echogen.objectives.PmtpObjective;
import ai.echogen.objectives.TaskInputs;
import ai.echogen.tokens.Question;
import ai.echogen.torch.script.Script;
import java.util.Collections;
import java.util.List;

/** How likely the true boxes of a question are, read from images by their codes. Thread-safe. */
public final class BoxLikelihood implements AutoCloseable {
  private final Decoder decoder;
  private final Script script;

  /**
   * @param decoder of whole weights, without an adapter; the caller keeps and closes it
   */
  public BoxLikelihood(Decoder decoder) {
    this.decoder = decoder;
    var constants = decoder.constants();
    this.script =
        Script.compile(
            decoder.source()
                + Script.text(PmtpObjective.class, PmtpObjective.TASKS, constants)
                + Script.text(BoxLikelihood.class, "reading.script", constants));
  }

  /**
   * The mean log-probability, in nats, of the tokens of each region's box, a row an image.
   *
   * @param weights (P), of the whole model
   * @param images codes of images that are all asked the same
   * @param regions whose boxes the question asks for, as many tokens each
   */
  public double[][] of(NDArray weights, List<int[]> images, Question question, int regions) {
    int pad = decoder.ids().pad();
    int n = images.size();
    try (var scope = weights.getManager().newSubManager()) {
      var questions = PaddedIds.right(Collections.nCopies(n, question.ids()), pad);
      var targets = PaddedIds.right(Collections.nCopies(n, question.targets()), Question.NOTHING);
      var asked =
          script
              .evaluate(
                  scope,
                  "asked_log_probabilities",
                  weights,
                  PaddedIds.right(images, 0).ids(scope),
                  questions.ids(scope),
                  questions.lengths(scope),
                  targets.ids(scope))
              .get(0)
              .toFloatArray();
      return means(asked, n, regions, TaskInputs.numAsked(question));
    }
  }

  private static double[][] means(float[] asked, int images, int regions, int tokens) {
    var means = new double[images][regions];
    for (int i = 0; i < images; i++) {
      for (int j = 0; j < tokens; j++) {
        int k = (int) ((long) j * regions / tokens);
        means[i][k] += asked[i * tokens + j] * (double) regions / tokens;
      }
    }
    return means;
  }

  @Override
  public void close() {
    script.close();
  }
}
