package ai.echogen.inference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.echogen.image.Pixels;
import ai.echogen.layout.Box;
import ai.echogen.layout.Layout;
import ai.echogen.layout.Region;
import ai.echogen.model.JanusModel;
import ai.echogen.model.decoder.Decoder;
import ai.echogen.model.vq.VqModel;
import ai.echogen.tokens.Grammar;
import ai.echogen.tokens.Prompt;
import ai.echogen.tokens.Question;
import ai.echogen.torch.Tensors;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Reads a box for each phrase of a layout from images, with the weights that it is given: a model
 * directory's, or those of a replica while it is trained. It computes where they lie.
 *
 * <p>Pure and thread-safe. A box is empty where none can be read. Of the layouts only the phrases
 * are looked at.
 *
 * @param decoder whose form the weights are run in; the caller closes it
 * @param vq turns pictures into codes for a model that reads codes, and codes into pictures for one
 *     that reads pictures; the caller closes it
 */
public record Grounder(Decoder decoder, Grammar grammar, Optional<VqModel> vq) {
  /** The grounder of a loaded model, good for as long as that is open. */
  public static Grounder of(JanusModel model) {
    return new Grounder(model.decoder(), model.grammar(), Optional.of(model.vq()));
  }

  /**
   * Boxes from image codes. A model that reads images through its vision encoder looks at the
   * decoded picture.
   *
   * @param weights (P), as {@link Decoder#parameters} says
   */
  public List<List<Optional<Box>>> ground(
      NDArray weights, List<int[]> codes, List<Layout> layouts) {
    return decoder.vision().isPresent()
        ? groundImages(weights, tokenizer().decode(codes), layouts)
        : ground(weights, Collections.nCopies(codes.size(), new int[0]), codes, layouts);
  }

  /** The same with drawing texts before the images: for the leak test. */
  public List<List<Optional<Box>>> ground(
      NDArray weights, List<int[]> texts, List<int[]> codes, List<Layout> layouts) {
    return boxes(
        weights,
        layouts,
        (scope, programs) -> decoder.ground(scope, weights, texts, codes, programs));
  }

  /** Side of the squares, in pixels, that pictures are scaled to. */
  int side() {
    return decoder
        .vision()
        .map(vision -> vision.imageSize())
        .orElseGet(() -> tokenizer().config().imageSize());
  }

  /** The same from pictures of any shape, which a model without a vision encoder encodes first. */
  public List<List<Optional<Box>>> groundImages(
      NDArray weights, List<BufferedImage> images, List<Layout> layouts) {
    if (decoder.vision().isEmpty()) {
      return ground(weights, tokenizer().encode(images), layouts);
    }
    var pixels = images.stream().map(image -> Pixels.square(image, side())).toList();
    return boxes(
        weights,
        layouts,
        (scope, programs) -> decoder.groundImages(scope, weights, pixels, programs));
  }

  /**
   * What was read from one image.
   *
   * @param question whose answers are the boxes, as training asks it
   */
  public record Reading(List<Optional<Box>> boxes, Question question) {}

  /**
   * Boxes whose locations are drawn at temperature 1 in place of the likeliest.
   *
   * @param uniforms numbers in [0, 1): a row an image, of at least four numbers a region
   * @throws IllegalArgumentException if the model has no location tokens
   */
  public List<Reading> sample(
      NDArray weights, List<int[]> codes, List<Layout> layouts, double[][] uniforms) {
    var prompts = layouts.stream().map(this::prompt).toList();
    try (var scope = Tensors.on(weights.getDevice())) {
      var programs = prompts.stream().map(Prompt::ids).toList();
      var filled = decoder.ground(scope, weights, codes, programs, uniforms);
      var readings = new ArrayList<Reading>();
      for (int i = 0; i < prompts.size(); i++) {
        var boxes = grammar.boxes(prompts.get(i), filled.get(i));
        readings.add(new Reading(boxes, grammar.question(filled.get(i))));
      }
      return readings;
    }
  }

  private List<List<Optional<Box>>> boxes(
      NDArray weights,
      List<Layout> layouts,
      BiFunction<NDManager, List<int[]>, List<int[]>> filling) {
    var prompts = layouts.stream().map(this::prompt).toList();
    try (var scope = Tensors.on(weights.getDevice())) {
      var filled = filling.apply(scope, prompts.stream().map(Prompt::ids).toList());
      var boxes = new ArrayList<List<Optional<Box>>>();
      for (int i = 0; i < prompts.size(); i++) {
        boxes.add(grammar.boxes(prompts.get(i), filled.get(i)));
      }
      return boxes;
    }
  }

  private Prompt prompt(Layout layout) {
    return grammar.prompt(layout.regions().stream().map(Region::phrase).toList());
  }

  private VqModel tokenizer() {
    return vq.orElseThrow(
        () -> new IllegalStateException("codes and pictures need a VQ tokenizer between them"));
  }
}
