package ai.echogen.inference;

import ai.djl.ndarray.NDArray;
import ai.echogen.layout.Layout;
import ai.echogen.model.JanusModel;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.tokens.Grammar;
import ai.echogen.torch.Tensors;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Draws layouts with the weights that it is given: a model directory's, or those of a replica while
 * it is trained. It computes where they lie.
 *
 * <p>Pure and thread-safe: codes are a function of the weights, the layouts and the uniforms.
 *
 * @param decoder whose form the weights are run in; the caller closes it
 */
public record Drawer(Decoder decoder, Grammar grammar) {
  /** The drawer of a loaded model, good for as long as that is open. */
  public static Drawer of(JanusModel model) {
    return new Drawer(model.decoder(), model.grammar());
  }

  /**
   * Draws the codes of each layout's images; guidance, if any, leads away from a blank text.
   *
   * @param weights (P), as {@link Decoder#parameters} says
   * @param uniforms a row of numbers in [0, 1) for each image, such as {@link SampleNoise} gives;
   *     as many images of each layout, one layout's after the other
   */
  public List<int[]> draw(
      NDArray weights, List<Layout> layouts, double[][] uniforms, Decoder.Sampling sampling) {
    return draw(weights, layouts, Optional.empty(), uniforms, sampling);
  }

  /**
   * The same, with guidance leading away from a text where there is one.
   *
   * @param negativePrompt such as "low quality, blurry", as PlanGen draws
   */
  public List<int[]> draw(
      NDArray weights,
      List<Layout> layouts,
      Optional<String> negativePrompt,
      double[][] uniforms,
      Decoder.Sampling sampling) {
    var texts = layouts.stream().map(grammar::layoutText).toList();
    try (var scope = Tensors.on(weights.getDevice())) {
      var drawing =
          negativePrompt
              .map(prompt -> Collections.nCopies(texts.size(), grammar.captionText(prompt)))
              .map(against -> decoder.draw(scope, weights, texts, against, uniforms, sampling))
              .orElseGet(() -> decoder.draw(scope, weights, texts, uniforms, sampling));
      return drawing.codes();
    }
  }
}
