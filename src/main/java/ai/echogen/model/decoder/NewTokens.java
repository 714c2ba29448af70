package ai.echogen.model.decoder;

import ai.echogen.data.CounterRandom;
import ai.echogen.torch.weights.ParameterLayout;
import ai.echogen.torch.weights.Weights;
import java.util.List;
import java.util.Map;

/**
 * A trained transformer with rows for tokens that it has not seen yet.
 *
 * <p>A new embedding is drawn around the mean of the known words', with their deviation in each
 * column (Hewitt 2021, "Initializing New Word Embeddings for Pretrained Language Models", with a
 * diagonal covariance); a new output row is the known words' mean, so that no new token is likelier
 * than they are. Everything else keeps its bits.
 */
public final class NewTokens {
  private static final String EMBEDDINGS = "model.language_model.embed_tokens.weight";
  private static final String OUTPUTS = "lm_head.weight";

  private NewTokens() {}

  /**
   * The grown weights, which the caller closes.
   *
   * @param weights of the transformer as it was
   * @param layout of the grown one: more rows of text tokens, or as many if some were spare
   * @param known ids of words whose rows are trained
   * @param added ids of the new words, by the word
   */
  public static Weights grow(
      Weights weights,
      ParameterLayout layout,
      List<Integer> known,
      Map<String, Integer> added,
      long seed) {
    var grown = Weights.zeros(layout);
    for (var parameter : layout.parameters()) {
      var values = weights.values(parameter.name());
      if (parameter.name().equals(EMBEDDINGS) || parameter.name().equals(OUTPUTS)) {
        int width = Math.toIntExact(parameter.shape().get(1));
        var rows = new float[Math.toIntExact(parameter.size())];
        System.arraycopy(values, 0, rows, 0, values.length);
        boolean isDrawn = parameter.name().equals(EMBEDDINGS);
        fill(rows, width, known, added, isDrawn ? 1 : 0, seed);
        values = rows;
      }
      grown.set(parameter.name(), values);
    }
    return grown;
  }

  private static void fill(
      float[] rows,
      int width,
      List<Integer> known,
      Map<String, Integer> added,
      double spread,
      long seed) {
    var mean = new double[width];
    var squares = new double[width];
    for (int id : known) {
      for (int i = 0; i < width; i++) {
        double value = rows[id * width + i];
        mean[i] += value / known.size();
        squares[i] += value * value / known.size();
      }
    }
    added.forEach(
        (word, id) -> {
          var random = CounterRandom.of(seed, word.hashCode());
          for (int i = 0; i < width; i++) {
            double deviation = Math.sqrt(Math.max(0, squares[i] - mean[i] * mean[i]));
            rows[id * width + i] = (float) (mean[i] + spread * deviation * random.nextGaussian());
          }
        });
  }
}
